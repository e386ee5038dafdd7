//! A data source behind its type name.

use futures_util::future::BoxFuture;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Model,
    plan,
    resource::{Context, DataSource},
    schema::Schema,
    value::Value,
};

use super::managed::{model, written_over};

/// A data source, its types erased.
pub(crate) trait AnyDataSource<S>: Send + Sync {
    /// Its schema.
    fn schema(&self) -> &Schema;
    /// Rules over several attributes.
    fn validate(&self, config: &Value) -> Result<Diagnostics, Diagnostics>;
    /// Looks it up.
    fn read<'a>(
        &'a self,
        context: &'a Context<S>,
        config: Value,
    ) -> BoxFuture<'a, Result<(Value, Diagnostics), Diagnostics>>;
}

struct Entry<D> {
    data_source: D,
    schema: Schema,
}

/// Hides the types of a data source.
pub(super) fn erased<D: DataSource>(data_source: D) -> Box<dyn AnyDataSource<D::Session>> {
    let attributes = D::Model::attributes();
    let schema = Schema { version: 0, description: D::DESCRIPTION, attributes };
    Box::new(Entry { data_source, schema })
}

impl<D: DataSource> AnyDataSource<D::Session> for Entry<D> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Result<Diagnostics, Diagnostics> {
        Ok(self.data_source.validate(&model(config)?))
    }

    fn read<'a>(
        &'a self,
        context: &'a Context<D::Session>,
        config: Value,
    ) -> BoxFuture<'a, Result<(Value, Diagnostics), Diagnostics>> {
        Box::pin(async move {
            let given: D::Model = model(&config)?;
            let (found, diagnostics) = self.data_source.read(context, given).await?;
            let state = written_over(&found, &config)?;
            let state = plan::settled(&self.schema.attributes, &config, state);
            wholly_known(D::TYPE_NAME, state).map(|state| (state, diagnostics))
        })
    }
}

fn wholly_known(type_name: &str, state: Value) -> Result<Value, Diagnostics> {
    match plan::unknown_paths(&state).into_iter().next() {
        None => Ok(state),
        Some(path) => Err(Diagnostic::error(
            "Provider returned an unknown value",
            format!(
                "The data source {type_name} left {path} unknown. This is a bug in the provider, \
                 which should be reported in the provider's own issue tracker."
            ),
        )
        .into()),
    }
}
