//! The import of a managed resource, its move from another type, and the configuration that describes it.

use crate::{
    diagnostics::Diagnostics,
    plan,
    resource::{Context, ImportBy, MoveSource, Moved, Outcome, Resource},
    value::Value,
};

use super::{super::private::Stored, Answer, Entry, failure, model, written_over};

impl<R: Resource> Entry<R> {
    /// Finds an object by id or identity.
    pub(super) async fn imported(
        &self,
        context: &Context<R::Session>,
        by: ImportBy<Value>,
    ) -> Result<Answer, Diagnostics> {
        let (by, identity) = match by {
            ImportBy::Id(id) => (ImportBy::Id(id), Value::Null),
            ImportBy::Identity(identity) => {
                (ImportBy::Identity(model::<R::Identity>(&identity)?), identity)
            }
        };
        let outcome = self.resource.import(context, by).await;
        if outcome.state.is_none() && !outcome.diagnostics.has_error() {
            return Err(failure(
                "Cannot import non-existent remote object",
                format!("There is no such {}. Check the id.", R::TYPE_NAME),
            ));
        }
        Ok(self.fresh(outcome, identity))
    }

    /// An object that takes over the state of another type.
    pub(super) fn moved_in(&self, source: &MoveSource) -> Result<Answer, Diagnostics> {
        let Moved { state, private } = self.resource.moved(source)?;
        Ok(self.fresh(Outcome::of(state, private), Value::Null))
    }

    /// The answer of a call that was given no state to compare with.
    fn fresh(&self, outcome: Outcome<R::Model>, identity: Value) -> Answer {
        self.answered(&Stored::default(), &Value::Null, outcome, identity)
    }

    /// The configuration that would describe an object.
    pub(super) fn generated(&self, state: Value) -> Result<Value, Diagnostics> {
        let attributes = &self.schema.attributes;
        let config = plan::generated_config(attributes, state);
        let given: R::Model = model(&config)?;
        let wanted = self.resource.generate_config(given);
        let config = written_over(&wanted, &config)?;
        Ok(plan::without_write_only(attributes, config))
    }
}
