//! The rules that clients hold a resource to, one name for each.

use std::fmt;

/// Declares the rules, their list and what each one says.
macro_rules! rules {
    ($($(#[$meta:meta])* $name:ident = $says:literal,)+) => {
        /// A rule that a client holds a resource to. Terraform's own words are in its messages;
        /// these are the promises behind them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(
                #[doc = $says]
                $name,
            )+
        }

        impl Rule {
            /// Every rule, in the order of a resource's life.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// What it asks for.
            pub fn says(self) -> &'static str {
                match self {
                    $(Self::$name => $says,)+
                }
            }
        }
    };
}

rules! {
    // The schema.
    SchemaMissing = "There is a provider schema, and one of the resource.",
    SchemaMode = "An attribute is required, optional or computed; never required and something else.",
    SchemaType = "An attribute has a type or a nested type, not both, and the type is readable.",
    SchemaName = "Names are lower case letters, digits and underscores, and no word of Terraform's own.",
    SchemaDeprecation = "A deprecation message comes with the mark of deprecation.",
    SchemaSet = "There is nothing write-only and nothing dynamic in a set.",
    SchemaWriteOnly = "A write-only attribute is not computed.",
    SchemaNesting = "The nesting of a nested type is one that there is.",
    SchemaBlock = "There are no nested blocks: nested attributes say the same.",
    SchemaId = "There is a computed, never sensitive string `id`.",
    IdentitySchema = "An identity consists of texts, numbers, bools and lists of them, each needed or allowed for an import.",
    // Any call.
    CallSucceeds = "A call never fails as a call: errors are diagnostics.",
    ValueFits = "A value has the attributes of the schema, all of them, of their types.",
    NoError = "A valid configuration is validated, planned, applied, read and destroyed without an error.",
    // The plan.
    PlanConfigured = "A configured value is planned as configured, or as it was.",
    PlanNotComputed = "What is neither configured nor computed is planned as null.",
    PlanPresence = "A nested object is planned where it is configured, and nowhere else.",
    PlanCount = "A nested collection is planned with as many elements as configured.",
    PlanKeys = "A nested map is planned with the keys that are configured.",
    PlanNestedUnknown = "A configured nested object is not planned as unknown.",
    PlanWriteOnly = "A write-only attribute is planned as null.",
    PlanReplacePath = "A path that requires replacement is one of the schema.",
    PlanDestroy = "A destroy is planned as null.",
    PlanDeferral = "A plan is not deferred unless the client allows it.",
    PlanRepeats = "The same input gives the same plan.",
    PlanEmpty = "Right after an apply, the same configuration plans no change.",
    FinalPlan = "What was known in the first plan is the same in the final one.",
    FinalAction = "The final plan does not make a replacement of an update.",
    // The apply.
    ApplyKeepsPlan = "What was known in the plan is the same after the apply.",
    ApplyKnown = "Nothing is unknown after an apply.",
    ApplyPresent = "There is an object after a create or update.",
    ApplyWriteOnly = "A write-only attribute is null after an apply.",
    ApplyRefinement = "What was said of an unknown value holds for the value.",
    ApplyDestroyed = "There is nothing after a destroy.",
    // The refresh.
    ReadKnown = "Nothing is unknown after a refresh.",
    ReadWriteOnly = "A write-only attribute is null after a refresh.",
    ReadPresent = "A refresh right after an apply finds the object.",
    ReadSteady = "A refresh right after an apply changes nothing.",
    ReadPrivate = "A refresh right after an apply keeps the hidden state.",
    // The identity.
    IdentityPresent = "An object of a resource with an identity has one after apply and refresh.",
    IdentityKnown = "An identity is known, except in the plan of a create or replacement.",
    IdentitySteady = "An identity stays the same, but for an update that plans another where the resource allows that.",
    // The import.
    ImportOne = "An import answers one object.",
    ImportType = "An imported object says its type.",
    ImportKnown = "An imported object is wholly known and has no write-only values.",
    ImportIdentity = "An import by identity answers the identity.",
    ImportPresent = "A refresh finds an imported object.",
    ImportSteady = "An object that was created and is imported plans no change.",
    // Recorded states.
    UpgradeFaithful = "A recorded state of the current version is read as it was written.",
    UpgradeLenient = "Recorded attributes that the schema does not have are dropped.",
    UpgradeNewer = "A state of a newer version is refused.",
    IdentityUpgradeFaithful = "A recorded identity of the current version is read as it was written.",
    IdentityUpgradeNewer = "An identity of a newer version is refused.",
    // The generated configuration.
    GeneratedConfig = "A generated configuration sets nothing that cannot be set, and plans no change.",
    // Clients that keep less.
    NullIsEmpty = "A null where an empty collection was recorded, or the reverse, plans no change.",
    SetOrder = "The order in which a set is sent says nothing.",
    DestroyAlone = "A destroy needs no plan, no configuration and no hidden state.",
    CreateAgain = "A create whose answer was lost can be done again.",
    UpdateAgain = "An update whose answer was lost can be done again from the old state.",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A rule that was broken, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// What was found.
    pub detail: String,
}

impl Violation {
    /// A broken rule.
    pub(super) fn new(rule: Rule, detail: impl Into<String>) -> Self {
        Self { rule, detail: detail.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} Found: {}", self.rule, self.rule.says(), self.detail)
    }
}
