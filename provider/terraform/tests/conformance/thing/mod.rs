//! A well-behaved resource, data source, function, list and action over a world in memory.

mod offers;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::{Attr, Model},
    registry::{Registry, Service},
    resource::{
        Context, CreateInput, ImportBy, MoveSource, Moved, Outcome, Plan, PlanInput, Private,
        Provider, Resource, UpdateInput,
    },
    value::Value,
};

pub(crate) use offers::{AllThings, Filter, Found, FoundModel, Shout, Upper, Words};

/// What there is, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct World(Arc<Mutex<BTreeMap<String, ThingModel>>>);

impl World {
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<String, ThingModel>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn outcome(&self, name: &str) -> Outcome<ThingModel> {
        match self.with(|things| things.get(name).cloned()) {
            Some(thing) => Outcome::of(thing, hidden(name)),
            None => Outcome::gone(),
        }
    }
}

/// The service of a provider with everything in it.
pub(crate) fn service(world: &World) -> Service<Things> {
    Registry::new(Things(world.clone()))
        .resource(Thing(world.clone()))
        .data_source(Found(world.clone()))
        .function(Upper)
        .list_resource(AllThings(world.clone()))
        .action(Shout)
        .into_service()
}

/// The provider.
#[derive(Debug)]
pub(crate) struct Things(World);

/// The provider block.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Config {
    /// Where.
    #[attr(optional)]
    pub(crate) endpoint: Attr<String>,
}

impl Provider for Things {
    type Config = Config;
    type Session = World;

    fn description(&self) -> &'static str {
        "Things in memory."
    }

    fn configure(&self, config: Config) -> (Option<World>, Diagnostics) {
        let known = !config.endpoint.is_unknown();
        (known.then(|| self.0.clone()), Diagnostics::new())
    }
}

/// A thing.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(crate) struct ThingModel {
    /// Its id.
    #[attr(computed, modifier = UseStateForUnknown)]
    pub(crate) id: Attr<String>,
    /// Its name. Another name is another thing.
    #[attr(required, modifier = RequiresReplace)]
    pub(crate) name: Attr<String>,
    /// How large it is.
    #[attr(optional, computed, default = 1)]
    pub(crate) size: Attr<i64>,
    /// A remark, in any case.
    #[attr(optional, same = same_but_for_case)]
    pub(crate) note: Attr<String>,
    /// Some texts.
    #[attr(optional)]
    pub(crate) list: Attr<Vec<String>>,
    /// Texts in no order.
    #[attr(optional, set)]
    pub(crate) labels: Attr<Vec<String>>,
    /// Texts by name.
    #[attr(optional)]
    pub(crate) tags: Attr<BTreeMap<String, String>>,
    /// A part.
    #[attr(optional)]
    pub(crate) part: Attr<Part>,
    /// Parts in order.
    #[attr(optional)]
    pub(crate) parts: Attr<Vec<Part>>,
    /// Parts by name.
    #[attr(optional)]
    pub(crate) by_name: Attr<BTreeMap<String, Part>>,
    /// Counts up with every change.
    #[attr(computed)]
    pub(crate) revision: Attr<i64>,
    /// A secret.
    #[attr(optional, write_only)]
    pub(crate) token: Attr<String>,
    /// A former size.
    #[attr(optional, deprecated = "Use size.")]
    pub(crate) old: Attr<i64>,
}

/// A part of a thing.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(crate) struct Part {
    /// What it is.
    #[attr(required)]
    pub(crate) key: Attr<String>,
    /// How it is.
    #[attr(optional, computed, default = "new")]
    pub(crate) condition: Attr<String>,
}

/// What identifies a thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct ThingIdentity {
    /// Its name.
    #[attr(required)]
    pub(crate) name: Attr<String>,
}

fn same_but_for_case(one: &Value, two: &Value) -> bool {
    let lower = |value: &Value| match value {
        Value::String(text) => Some(text.to_lowercase()),
        _ => None,
    };
    lower(one) == lower(two)
}

fn hidden(name: &str) -> Private {
    let mut private = Private::default();
    private.set("uid", &format!("uid-{name}"));
    private
}

fn name_of(thing: &ThingModel) -> String {
    thing.name.known().cloned().unwrap_or_default()
}

/// The resource. Some names make it misbehave, as real ones do.
#[derive(Debug)]
pub(crate) struct Thing(World);

impl Thing {
    /// Records a thing as it is now, every default and computed value in it.
    fn record(&self, mut thing: ThingModel, revision: i64) -> Outcome<ThingModel> {
        let name = name_of(&thing);
        thing.id = Attr::Known(format!("thing-{name}"));
        thing.revision = Attr::Known(revision);
        thing.token = Attr::Null;
        self.0.with(|things| things.insert(name.clone(), thing));
        self.0.outcome(&name)
    }
}

impl Resource for Thing {
    type Session = World;
    type Model = ThingModel;
    type Identity = ThingIdentity;

    const TYPE_NAME: &'static str = "test_thing";
    const DESCRIPTION: &'static str = "A thing.";
    const VERSION: i64 = 1;
    const IDENTITY_VERSION: i64 = 2;
    const ACCEPTS_MOVES: bool = true;

    fn identity(model: &ThingModel) -> Option<ThingIdentity> {
        model.name.known().map(|name| ThingIdentity { name: Attr::Known(name.clone()) })
    }

    fn validate(&self, config: &ThingModel) -> Diagnostics {
        let forbidden = config.name.known().is_some_and(|name| name == "forbidden");
        forbidden.then(|| Diagnostic::error("Forbidden name", "Use another.")).into_iter().collect()
    }

    async fn plan(&self, _: &Context<World>, input: PlanInput<'_, ThingModel>) -> Plan<ThingModel> {
        assert!(name_of(&input.planned) != "plan-panics", "no plan for {}", "this");
        Plan::new(input.planned, input.private.clone())
    }

    async fn plan_destroy(&self, _: &Context<World>, prior: &ThingModel) -> Diagnostics {
        Diagnostic::warning("Goodbye", name_of(prior)).into()
    }

    async fn read(
        &self,
        _: &Context<World>,
        prior: ThingModel,
        _private: Private,
    ) -> Outcome<ThingModel> {
        self.0.outcome(&name_of(&prior))
    }

    async fn create(
        &self,
        context: &Context<World>,
        input: CreateInput<ThingModel>,
    ) -> Outcome<ThingModel> {
        let name = name_of(&input.planned);
        let outcome = self.record(input.planned, 1);
        match name.as_str() {
            "create-panics" => panic!("half way"),
            "create-fails" => outcome.with([Diagnostic::error("Half way", "Not done.")]),
            "create-says-nothing" => Outcome::gone(),
            "create-leaks" => {
                let leak =
                    outcome.state.map(|thing| ThingModel { token: input.config.token, ..thing });
                Outcome { state: leak, private: outcome.private, diagnostics: outcome.diagnostics }
            }
            "create-leaves-unknown" => {
                let open = |thing| ThingModel { revision: Attr::Unknown, ..thing };
                Outcome {
                    state: outcome.state.map(open),
                    private: outcome.private,
                    diagnostics: outcome.diagnostics,
                }
            }
            "create-waits" => {
                context.stop.cancelled().await;
                outcome.with([Diagnostic::error("Interrupted", "It exists.")])
            }
            _ => outcome,
        }
    }

    async fn update(
        &self,
        _: &Context<World>,
        input: UpdateInput<ThingModel>,
    ) -> Outcome<ThingModel> {
        let next = input.prior.revision.known().copied().unwrap_or_default() + 1;
        match input.planned.note.known().map(String::as_str) {
            Some("panic") => panic!("in the middle"),
            Some("nothing") => Outcome::gone(),
            Some("fail") => self
                .record(ThingModel { size: input.planned.size, ..input.prior }, next)
                .with([Diagnostic::error("Half way", "The note was refused.")]),
            _ => self.record(input.planned, next),
        }
    }

    async fn delete(
        &self,
        _: &Context<World>,
        prior: ThingModel,
        _private: Private,
    ) -> Outcome<ThingModel> {
        if prior.note.known().is_some_and(|note| note == "stays") {
            return Outcome::gone().with([Diagnostic::error("Refused", "It stays.")]);
        }
        self.0.with(|things| things.remove(&name_of(&prior)));
        Outcome::gone()
    }

    async fn import(&self, _: &Context<World>, by: ImportBy<ThingIdentity>) -> Outcome<ThingModel> {
        match by {
            ImportBy::Id(id) => self.0.outcome(id.strip_prefix("thing-").unwrap_or_default()),
            ImportBy::Identity(identity) => {
                self.0.outcome(&identity.name.into_known().unwrap_or_default())
            }
        }
    }

    fn moved(&self, source: &MoveSource) -> Result<Moved<ThingModel>, Diagnostics> {
        let name = source.state["label"].as_str();
        let Some(name) = name.filter(|_| source.type_name == "other_thing") else {
            return Err(Diagnostic::error("Not a thing", source.type_name.clone()).into());
        };
        let name = Attr::Known(name.to_owned());
        let state = ThingModel { name, ..ThingModel::default() };
        Ok(Moved { state, private: Private::default() })
    }

    fn upgrade(
        &self,
        version: i64,
        mut state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics> {
        if version == 0 {
            state["size"] = state["length"].take();
        }
        Ok(state)
    }

    fn upgrade_identity(
        &self,
        version: i64,
        mut identity: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics> {
        if version == 0 {
            return Err(Diagnostic::error("Too old", "Import it again.").into());
        }
        identity["name"] = identity["label"].take();
        Ok(identity)
    }
}
