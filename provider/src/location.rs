//! Where a JobManager is, as a resource or data source names it: on a cluster of Kubernetes, at a
//! URL, or wherever the provider says.

use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Attr,
    path::Path,
};

use crate::cluster::reference::Reference;

/// Where a JobManager is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// At this URL; `None`: where the provider's `rest.url` says.
    Rest(Option<String>),
    /// On this cluster, whichever its revision.
    Cluster {
        /// The namespace.
        namespace: String,
        /// The cluster's name.
        name: String,
    },
}

impl Location {
    /// What the attributes `cluster` and `rest_url` name together; unknown while one of them is.
    pub fn named(cluster: &Attr<String>, rest_url: &Attr<String>) -> Attr<Self> {
        match (cluster, rest_url) {
            (Attr::Unknown, _) | (Attr::Null, Attr::Unknown) => Attr::Unknown,
            (Attr::Known(text), _) => Attr::Known(Self::at(text)),
            (Attr::Null, Attr::Known(url)) => Attr::Known(Self::Rest(Some(url.clone()))),
            (Attr::Null, Attr::Null) => Attr::Known(Self::Rest(None)),
        }
    }

    /// As [`Location::named`], once everything is known.
    pub fn of(cluster: &Attr<String>, rest_url: &Attr<String>) -> Self {
        Self::named(cluster, rest_url).into_known().unwrap_or(Self::Rest(None))
    }

    /// Where a job is that is named with an origin, or without one: what is said beside it wins.
    pub fn beside(origin: Option<&str>, cluster: &Attr<String>, rest_url: &Attr<String>) -> Self {
        match origin {
            Some(origin) if cluster.is_null() && rest_url.is_null() => Self::at(origin),
            Some(_) | None => Self::of(cluster, rest_url),
        }
    }

    /// The place that an origin or a reference of a cluster names.
    pub fn at(origin: &str) -> Self {
        match origin.parse() {
            Ok(Reference { namespace, name, revision: _ }) => Self::Cluster { namespace, name },
            Err(_) => Self::Rest(Some(origin.to_owned())),
        }
    }
}

/// The error for a block that names two places.
pub fn conflicting(cluster: &Attr<String>, rest_url: &Attr<String>) -> Diagnostics {
    if cluster.is_null() || rest_url.is_null() {
        return Diagnostics::new();
    }
    let detail = "cluster and rest_url both say where the JobManager is. Remove one of them: cluster finds it through Kubernetes, rest_url by its address.";
    Diagnostic::error("Conflicting configuration arguments", detail)
        .at(Path::attribute("cluster"))
        .into()
}

/// The origin and the last part of an id: `<origin>#<name>` or `namespace/cluster/<name>`. `None`:
/// a text without an origin.
pub fn split(id: &str) -> Option<(&str, &str)> {
    if ["http://", "https://"].iter().any(|scheme| id.starts_with(scheme)) {
        return id.split_once('#');
    }
    let namespace = id.find('/')?;
    let cluster = namespace + 1 + id[namespace + 1..].find('/')?;
    let (origin, last) = (&id[..cluster], &id[cluster + 1..]);
    let is_cluster = origin.parse::<Reference>().is_ok_and(|found| found.revision.is_none());
    (is_cluster && !last.is_empty()).then_some((origin, last))
}

/// The name of a job's own cluster, where a text is `namespace/cluster`: its job is called like it.
pub fn own_cluster(id: &str) -> Option<&str> {
    let found = id.parse::<Reference>().ok()?;
    if found.revision.is_some() {
        return None;
    }
    id.split_once('/').map(|(_, name)| name)
}

/// The id of what has this name at this origin.
pub fn join(origin: &str, name: &str) -> String {
    let separator = if origin.contains("://") { '#' } else { '/' };
    format!("{origin}{separator}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_split_where_it_was_joined() {
        for (id, origin, name) in [
            ("http://flink:8081#orders", "http://flink:8081", "orders"),
            ("https://flink/a/b#or#ders", "https://flink/a/b", "or#ders"),
            ("flink/eu/orders", "flink/eu", "orders"),
            ("flink/eu/team/or#ders", "flink/eu", "team/or#ders"),
        ] {
            assert_eq!(split(id), Some((origin, name)));
            assert_eq!(join(origin, name), id);
        }
        for id in
            ["orders", "flink/orders", "Team/a/b", "or#ders", "flink/eu/", "http://flink:8081"]
        {
            assert_eq!(split(id), None, "{id}");
        }
    }

    #[test]
    fn a_job_on_a_cluster_of_its_own_is_named_by_that_cluster() {
        assert_eq!(own_cluster("flink/orders"), Some("orders"));
        for id in ["orders", "flink/orders#2", "flink/eu/orders", "Team/a", "http://a:1#b"] {
            assert_eq!(own_cluster(id), None, "{id}");
        }
    }

    #[test]
    fn what_is_said_beside_a_job_wins_over_where_its_id_says_it_is() {
        let known = |text: &str| Attr::Known(text.to_owned());
        let on =
            |name: &str| Location::Cluster { namespace: "flink".to_owned(), name: name.to_owned() };
        let at = |url: &str| Location::Rest(Some(url.to_owned()));
        for (origin, cluster, rest_url, expected) in [
            (None, Attr::Null, Attr::Null, Location::Rest(None)),
            (Some("flink/eu"), Attr::Null, Attr::Null, on("eu")),
            (Some("http://a:1"), Attr::Null, Attr::Null, at("http://a:1")),
            (Some("flink/eu"), known("flink/us#3"), Attr::Null, on("us")),
            (Some("flink/eu"), Attr::Null, known("http://b:1"), at("http://b:1")),
            (None, known("flink/us"), Attr::Null, on("us")),
        ] {
            assert_eq!(Location::beside(origin, &cluster, &rest_url), expected);
        }
    }

    #[test]
    fn a_cluster_is_the_same_place_whichever_its_revision() {
        let known = |text: &str| Attr::Known(text.to_owned());
        let cluster = Location::Cluster { namespace: "flink".to_owned(), name: "eu".to_owned() };
        for reference in ["flink/eu", "flink/eu#7"] {
            let found = Location::named(&known(reference), &Attr::Null);
            assert_eq!(found, Attr::Known(cluster.clone()));
        }
        let url = Location::named(&Attr::Null, &known("http://flink:8081"));
        assert_eq!(url, Attr::Known(Location::Rest(Some("http://flink:8081".to_owned()))));
        assert_eq!(Location::named(&Attr::Null, &Attr::Unknown), Attr::Unknown);
        assert_eq!(Location::named(&Attr::Null, &Attr::Null), Attr::Known(Location::Rest(None)));
    }
}
