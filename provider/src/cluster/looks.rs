//! One look at each namespace, which serves all clusters of a refresh.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use lifecycle::kubernetes::{Kubernetes, Listing};

use crate::freshness::Freshness;

/// The looks of a session, by namespace.
#[derive(Debug, Default)]
pub struct Looks(Mutex<BTreeMap<String, (Freshness, Arc<Listing>)>>);

impl Looks {
    /// A look at a namespace, for all that a refresh reads. Nothing is asked yet.
    pub fn at(&self, kubernetes: &Kubernetes, namespace: &str) -> Arc<Listing> {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((freshness, look)) = looks.get_mut(namespace)
            && freshness.serves(Instant::now())
        {
            return Arc::clone(look);
        }
        let look = Arc::new(Listing::new(kubernetes.clone(), namespace));
        looks.insert(namespace.to_owned(), (Freshness::at(Instant::now()), Arc::clone(&look)));
        look
    }

    /// Makes the next look at a namespace a new one, since something in it has been changed.
    pub fn forget(&self, namespace: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(namespace);
    }
}
