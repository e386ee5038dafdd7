//! What the provider of things offers beside things.

use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::{Attr, Model},
    resource::{
        Action, Context, DataSource, Function, FunctionError, ListInput, ListResource, ListSink,
        Listed, Parameter, Progress,
    },
    value::{Type, Value},
};

use super::{Thing, ThingIdentity, World};

/// Looks a thing up by name.
#[derive(Debug)]
pub(crate) struct Found(pub(super) World);

/// What is looked up.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct FoundModel {
    /// Which.
    #[attr(required)]
    pub(crate) name: Attr<String>,
    /// How large.
    #[attr(computed)]
    pub(crate) size: Attr<i64>,
}

impl DataSource for Found {
    type Session = World;
    type Model = FoundModel;

    const TYPE_NAME: &'static str = "test_thing";
    const DESCRIPTION: &'static str = "Finds a thing.";

    async fn read(
        &self,
        _: &Context<World>,
        config: FoundModel,
    ) -> Result<(FoundModel, Diagnostics), Diagnostics> {
        let name = config.name.known().cloned().unwrap_or_default();
        match self.0.with(|things| things.get(&name).cloned()) {
            Some(thing) => Ok((FoundModel { size: thing.size, ..config }, Diagnostics::new())),
            None => Err(Diagnostic::error("Not found", name).into()),
        }
    }
}

/// `upper(text)`.
#[derive(Debug)]
pub(crate) struct Upper;

impl Function for Upper {
    const NAME: &'static str = "upper";
    const SUMMARY: &'static str = "Capitals.";
    const DESCRIPTION: &'static str = "Turns a text into capitals.";

    fn parameters() -> Vec<Parameter> {
        let parameter =
            |name, kind, nullable| Parameter { name, description: "It.", kind, nullable };
        vec![parameter("text", Type::String, false), parameter("else", Type::String, true)]
    }

    fn returns() -> Type {
        Type::String
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        match arguments.as_slice() {
            [Value::String(text), _] if text == "panic" => panic!("no capitals"),
            [Value::String(text), _] if !text.is_empty() => Ok(Value::String(text.to_uppercase())),
            _ => Err(FunctionError { text: "must not be empty".to_owned(), argument: Some(0) }),
        }
    }
}

/// Lists the things.
#[derive(Debug)]
pub(crate) struct AllThings(pub(super) World);

/// What may be asked of a listing.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Filter {
    /// Only names that start with this.
    #[attr(optional)]
    pub(crate) prefix: Attr<String>,
}

impl ListResource for AllThings {
    type Resource = Thing;
    type Model = Filter;

    const DESCRIPTION: &'static str = "Lists things.";

    async fn list(
        &self,
        _: &Context<World>,
        input: ListInput<Filter>,
        sink: &mut ListSink<Thing>,
    ) -> Diagnostics {
        let prefix = input.config.prefix.known().cloned().unwrap_or_default();
        for (name, thing) in self.0.with(|things| things.clone()) {
            let listed = Listed {
                identity: ThingIdentity { name: Attr::Known(name.clone()) },
                display_name: format!("Thing {name}"),
                object: Some(thing),
                diagnostics: Diagnostics::new(),
            };
            if name.starts_with(&prefix) && !sink.send(listed).await {
                break;
            }
        }
        let refused = (prefix == "!").then(|| Diagnostic::error("Bad prefix", prefix));
        refused.into_iter().collect()
    }
}

/// Says something.
#[derive(Debug)]
pub(crate) struct Shout;

/// What is said.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Words {
    /// The text.
    #[attr(required)]
    pub(crate) text: Attr<String>,
}

impl Action for Shout {
    type Session = World;
    type Model = Words;

    const TYPE_NAME: &'static str = "test_shout";
    const DESCRIPTION: &'static str = "Shouts.";

    async fn invoke(&self, _: &Context<World>, config: Words, progress: &Progress) -> Diagnostics {
        let text = config.text.into_known().unwrap_or_default();
        progress.say(format!("{text}!")).await;
        assert!(text != "panic", "hoarse");
        Diagnostic::warning("Loud", text).into()
    }
}
