//! One look at each namespace, which serves all clusters of a refresh.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use lifecycle::kubernetes::{Kubernetes, Listing};
use tokio::time::Instant;

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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use lifecycle::kubernetes::Configuration;
    use tokio::time::advance;

    use super::*;

    /// Once a minute has passed somebody may have changed something.
    #[tokio::test(start_paused = true)]
    async fn all_clusters_of_a_refresh_share_a_look_and_the_next_refresh_has_its_own() {
        let (looks, kubernetes) = (Looks::default(), Kubernetes::new(Configuration::default()));
        let look = looks.at(&kubernetes, "flink");
        for _ in 0..50 {
            advance(Duration::from_secs(1)).await;
            assert!(Arc::ptr_eq(&look, &looks.at(&kubernetes, "flink")));
        }
        assert!(!Arc::ptr_eq(&look, &looks.at(&kubernetes, "other")));
        advance(Duration::from_secs(19)).await;
        let next = looks.at(&kubernetes, "flink");
        assert!(!Arc::ptr_eq(&look, &next), "it is more than a minute old");
        looks.forget("flink");
        assert!(!Arc::ptr_eq(&next, &looks.at(&kubernetes, "flink")), "it is forgotten");
    }
}
