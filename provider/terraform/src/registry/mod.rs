//! The list of what a provider offers, and the types erased behind it.
//!
//! ```text
//! rpc ─values▶ registry ─Model▶ Resource, DataSource, Function, …
//! ```
//!
//! Values come in and go out; which Rust type stands behind a type name is known in here alone.
//! The protocol is not known here.

mod action;
mod data_source;
mod function;
mod list;
mod managed;
mod private;

use std::collections::BTreeMap;

use crate::{
    model::Model,
    resource::{Action, DataSource, Function, ListResource, Provider, Resource},
    schema::Schema,
};

pub use crate::rpc::Service;
pub(crate) use action::AnyAction;
pub(crate) use data_source::AnyDataSource;
pub(crate) use function::AnyFunction;
pub(crate) use list::{AnyList, ListRequest, ListedValue};
pub(crate) use managed::{Answer, AnyResource, ApplyRequest, PlanAnswer, PlanRequest, ReadRequest};

/// A provider, and everything that it offers by name.
///
/// The last registration of a name wins.
pub struct Registry<P: Provider> {
    provider: P,
    catalog: Catalog<P::Session>,
}

/// What is offered by name.
pub(crate) struct Catalog<S> {
    pub(crate) provider: Schema,
    pub(crate) resources: BTreeMap<&'static str, Box<dyn AnyResource<S>>>,
    pub(crate) data_sources: BTreeMap<&'static str, Box<dyn AnyDataSource<S>>>,
    pub(crate) functions: BTreeMap<&'static str, Box<dyn AnyFunction>>,
    pub(crate) lists: BTreeMap<&'static str, Box<dyn AnyList<S>>>,
    pub(crate) actions: BTreeMap<&'static str, Box<dyn AnyAction<S>>>,
}

impl<P: Provider> Registry<P> {
    /// A provider that offers nothing yet.
    pub fn new(provider: P) -> Self {
        let schema = Schema {
            version: 0,
            description: provider.description(),
            attributes: P::Config::attributes(),
        };
        let catalog = Catalog {
            provider: schema,
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            functions: BTreeMap::new(),
            lists: BTreeMap::new(),
            actions: BTreeMap::new(),
        };
        Self { provider, catalog }
    }

    /// Offers a managed resource.
    #[must_use]
    pub fn resource<R: Resource<Session = P::Session>>(mut self, resource: R) -> Self {
        self.catalog.resources.insert(R::TYPE_NAME, managed::erased(resource));
        self
    }

    /// Offers a data source.
    #[must_use]
    pub fn data_source<D: DataSource<Session = P::Session>>(mut self, data_source: D) -> Self {
        self.catalog.data_sources.insert(D::TYPE_NAME, data_source::erased(data_source));
        self
    }

    /// Offers a function.
    #[must_use]
    pub fn function<F: Function>(mut self, function: F) -> Self {
        self.catalog.functions.insert(F::NAME, function::erased(function));
        self
    }

    /// Offers a listing of a managed resource's objects.
    #[must_use]
    pub fn list_resource<L>(mut self, list: L) -> Self
    where
        L: ListResource,
        L::Resource: Resource<Session = P::Session>,
    {
        self.catalog.lists.insert(L::Resource::TYPE_NAME, list::erased(list));
        self
    }

    /// Offers an action.
    #[must_use]
    pub fn action<A: Action<Session = P::Session>>(mut self, action: A) -> Self {
        self.catalog.actions.insert(A::TYPE_NAME, action::erased(action));
        self
    }

    /// The provider as the protocol's service.
    pub fn into_service(self) -> Service<P> {
        let Self { provider, catalog } = self;
        Service::new(provider, catalog)
    }
}

impl<P: Provider> std::fmt::Debug for Registry<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.catalog.fmt(f)
    }
}

impl<S> std::fmt::Debug for Catalog<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog")
            .field("resources", &self.resources.keys())
            .field("data_sources", &self.data_sources.keys())
            .field("functions", &self.functions.keys())
            .field("lists", &self.lists.keys())
            .field("actions", &self.actions.keys())
            .finish_non_exhaustive()
    }
}
