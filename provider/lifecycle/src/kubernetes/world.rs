//! The real world of a cluster: an API server, and the JobManager behind it.
//!
//! Everything here translates, nothing decides: what an answer means for a
//! cluster is for [`crate::cluster::next`] to say.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};

use super::{
    Error, Kubernetes,
    error::Kind,
    journal::Journals,
    objects::{self, Deleted, Mode, RESOURCES, Resource},
};
use crate::{
    cluster::{
        World,
        goal::{CLUSTER, Id, MANAGED_BY, MANAGER, Name},
        observed::{Answer, Event, Objects, Overview, Question},
        step::{Effect, Step, TakeOver},
        world::WorldError,
    },
    job::{self, Rest, World as _},
};

/// How many of the last lines of a log are read: Flink tells why it ends, and
/// then how it ends.
const LINES: u32 = 200;

/// A cluster on Kubernetes that is asked and told.
#[derive(Debug)]
pub struct Cluster {
    kube: Kubernetes,
    name: Name,
    manager: String,
    journals: Journals,
    rest: Rest,
    /// The JobManager that looks into a version that is to come, where there can be one.
    scout: Option<Rest>,
}

impl Cluster {
    /// The cluster `name`, whose objects we manage as `manager`, and whose
    /// JobManager `client` speaks to. Opens nothing yet.
    pub fn new(
        kube: Kubernetes,
        name: Name,
        manager: impl Into<String>,
        client: flink::Client,
    ) -> Self {
        let journals = Journals::new(kube.clone(), name.clone());
        let rest = Rest::on_cluster(client, journals.clone());
        Self { kube, name, manager: manager.into(), journals, rest, scout: None }
    }

    /// The same, with what speaks to the scout that looks into a version that is to come.
    #[must_use]
    pub fn with_scout(self, client: flink::Client) -> Self {
        Self { scout: Some(Rest::new(client)), ..self }
    }

    /// Its JobManager, as operations on jobs see it.
    pub fn rest(&self) -> &Rest {
        &self.rest
    }

    async fn objects(&self, ids: &BTreeSet<Id>) -> Result<Objects, Error> {
        let selector = format!("{MANAGED_BY}={MANAGER},{CLUSTER}={}", self.name.cluster);
        let namespace = self.name.namespace.as_str();
        let lists = RESOURCES.map(|resource| {
            let (kube, selector) = (&self.kube, selector.clone());
            async move { objects::list(kube, (namespace, resource), &selector).await }
        });
        let mut found = Objects::new();
        for (resource, list) in RESOURCES.iter().zip(join_all(lists).await) {
            let is_wanted = ids.iter().any(|id| id.kind == resource.kind);
            match list {
                // Who may not even look at a kind has never made one.
                Err(error) if error.is_forbidden() && !is_wanted => {}
                list => found
                    .extend(list?.into_iter().map(|object| (id_of(*resource, &object), object))),
            }
        }
        let others: Vec<Id> = ids.iter().filter(|id| !found.contains_key(id)).cloned().collect();
        found.extend(self.workloads(&others).await?);
        Ok(found)
    }

    /// Those of these objects that exist.
    async fn workloads<'a>(&self, ids: impl IntoIterator<Item = &'a Id>) -> Result<Objects, Error> {
        let ids: Vec<&Id> = ids.into_iter().collect();
        let get = |id: &'a Id| objects::get(&self.kube, &self.name.namespace, id);
        let found = join_all(ids.iter().map(|id| get(id))).await;
        let mut objects = Objects::new();
        for (id, object) in ids.into_iter().zip(found) {
            objects.extend(object?.map(|object| (id.clone(), object)));
        }
        Ok(objects)
    }

    async fn pods(&self) -> Result<Vec<Value>, Error> {
        let selector = format!("app={},component in (jobmanager,taskmanager)", self.name.cluster);
        self.items("pods", "labelSelector", &selector).await
    }

    async fn items(&self, plural: &str, key: &str, selector: &str) -> Result<Vec<Value>, Error> {
        let (namespace, selector) = (&self.name.namespace, objects::encoded(selector));
        let path = format!("/api/v1/namespaces/{namespace}/{plural}?{key}={selector}");
        let mut answer = self.kube.request(objects::request(Method::GET, &path, None)).await?;
        Ok(answer["items"].as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    /// Reading events and logs needs rights that a diagnosis can do without.
    async fn events(&self, pod: &str) -> Result<Vec<Event>, Error> {
        let selector = format!("involvedObject.name={pod}");
        let mut items = match self.items("events", "fieldSelector", &selector).await {
            Err(error) if error.is_forbidden() => Vec::new(),
            items => items?,
        };
        let time = |event: &Value| {
            let times = ["lastTimestamp", "eventTime"];
            times.iter().find_map(|key| event[key].as_str()).unwrap_or_default().to_owned()
        };
        items.sort_by_key(time);
        let text = |event: &Value, key: &str| event[key].as_str().unwrap_or_default().to_owned();
        let event = |item: &Value| Event {
            reason: text(item, "reason"),
            message: text(item, "message"),
            times: item["count"].as_u64().unwrap_or(1),
        };
        Ok(items.iter().map(event).collect())
    }

    async fn log(&self, pod: &str, container: &str, previous: bool) -> Result<Vec<String>, Error> {
        let namespace = &self.name.namespace;
        let path = format!(
            "/api/v1/namespaces/{namespace}/pods/{pod}/log?container={container}&tailLines={LINES}"
        );
        let path = if previous { format!("{path}&previous=true") } else { path };
        match self.kube.text(objects::request(Method::GET, &path, None)).await {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            Err(error) if error.is_unavailable() => Err(error),
            // Not there, not yet or not any more, or not for us.
            Err(_) => Ok(Vec::new()),
        }
    }

    async fn overview(&self) -> Overview {
        match self.rest.client().send_once(&flink::request::cluster::overview()).await {
            Ok(overview) => Overview::Told { task_managers: overview.taskmanagers },
            Err(error) => Overview::Silent { reason: text(&error) },
        }
    }

    async fn high_availability_data(&self) -> Result<Vec<Value>, Error> {
        let selector = format!("app={},type=flink-native-kubernetes", self.name.cluster);
        let maps = self.items("configmaps", "labelSelector", &selector).await?;
        let is_data = |map: &Value| {
            let name = map["metadata"]["name"].as_str().unwrap_or_default();
            name.ends_with("-config-map") && map["metadata"].get("ownerReferences").is_none()
        };
        Ok(maps.into_iter().filter(is_data).collect())
    }

    async fn delete(&self, id: &Id, uid: &str) -> Result<Effect, Error> {
        let preconditions = json!({ "uid": uid });
        let deleted = objects::delete(&self.kube, &self.name.namespace, id, &preconditions).await?;
        Ok(match deleted {
            Deleted::Gone => Effect::Done,
            Deleted::IsAnother => Effect::Changed,
        })
    }
}

impl Cluster {
    async fn take_over(&self, step: &TakeOver) -> Result<Effect, WorldError> {
        match objects::take_over(&self.kube, &self.name.namespace, step).await {
            Ok(_) => Ok(Effect::Done),
            Err(error) if error.is_conflict() => Ok(Effect::Changed),
            Err(error) => {
                let refusal = objects::refusal(&step.id, error).map_err(of_cluster)?;
                Ok(Effect::Refused(refusal))
            }
        }
    }
}

/// What names an object of a list.
pub(crate) fn id_of(resource: Resource, object: &Value) -> Id {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    Id::new(resource.api_version, resource.kind, name)
}

impl World for Cluster {
    async fn ask(&self, question: &Question) -> Result<Answer, WorldError> {
        Ok(match question {
            Question::Objects(ids) => Answer::Objects(self.objects(ids).await.map_err(of_cluster)?),
            Question::Workloads(ids) => {
                Answer::Objects(self.workloads(ids).await.map_err(of_cluster)?)
            }
            Question::DryRun(all) => {
                let place = (self.name.namespace.as_str(), self.manager.as_str());
                Answer::DryRun(objects::dry_run(&self.kube, place, all).await.map_err(of_cluster)?)
            }
            Question::Pods => Answer::Pods(self.pods().await.map_err(of_cluster)?),
            Question::Overview => Answer::Overview(self.overview().await),
            Question::Events { pod } => Answer::Events(self.events(pod).await.map_err(of_cluster)?),
            Question::Log { pod, container, previous } => {
                Answer::Log(self.log(pod, container, *previous).await.map_err(of_cluster)?)
            }
            Question::Journals => Answer::Journals(self.journals.all().await.map_err(of_cluster)?),
            Question::HighAvailabilityData => Answer::HighAvailabilityData(
                self.high_availability_data().await.map_err(of_cluster)?,
            ),
            Question::Job(question) => Answer::Job(self.rest.ask(question).await?),
            Question::Scout(question) => Answer::Scout(match &self.scout {
                Some(scout) => scout.ask(question).await.map_err(|error| error.to_string()),
                None => Err("nothing leads to it".to_owned()),
            }),
        })
    }

    async fn perform(&self, step: &Step) -> Result<Effect, WorldError> {
        match step {
            Step::Apply(apply) => {
                let place = (self.name.namespace.as_str(), self.manager.as_str());
                match objects::apply(&self.kube, place, apply, Mode::Real).await {
                    Ok(_) => Ok(Effect::Done),
                    Err(error) => {
                        let refusal = objects::refusal(&apply.id, error).map_err(of_cluster)?;
                        Ok(Effect::Refused(refusal))
                    }
                }
            }
            Step::TakeOver(step) => self.take_over(step).await,
            Step::Delete { id, uid } => self.delete(id, uid).await.map_err(of_cluster),
            Step::DeletePod { name, uid } => {
                let id = Id::new("v1", "Pod", name.clone());
                self.delete(&id, uid).await.map_err(of_cluster)
            }
            Step::Job(step) => Ok(Effect::Job(self.rest.perform(step).await?)),
        }
    }
}

/// The error with everything beneath it, on one line.
fn text(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// What an error of the API server's client means for a cluster.
#[expect(clippy::needless_pass_by_value, reason = "errors are handed over by map_err")]
pub(crate) fn of_cluster(error: Error) -> WorldError {
    let reason = text(&error);
    match &error.kind {
        Kind::Forbidden(forbidden) => {
            let rule = forbidden.rule.clone().unwrap_or_default();
            WorldError::Forbidden { verb: rule.verb, resource: rule.resource, reason }
        }
        Kind::Settings(_) | Kind::Plugin(_) | Kind::Distrust { .. } | Kind::Unauthorized { .. } => {
            WorldError::AccessDenied { reason }
        }
        Kind::Unreachable { .. }
        | Kind::Interrupted { .. }
        | Kind::TimedOut { .. }
        | Kind::Unavailable(_) => WorldError::Unreachable { reason },
        Kind::NotFound(_)
        | Kind::AlreadyExists(_)
        | Kind::Conflict(_)
        | Kind::Invalid(_)
        | Kind::Refused(_)
        | Kind::NotKubernetes { .. }
        | Kind::UnknownFormat(_)
        | Kind::NoCluster { .. } => WorldError::Unexpected { reason },
    }
}

/// What it means for a job, whose journal it is about.
pub(crate) fn of_job(error: Error) -> job::WorldError {
    match of_cluster(error) {
        WorldError::Unreachable { reason } | WorldError::Silent { reason } => {
            job::WorldError::Unreachable { reason }
        }
        WorldError::AccessDenied { reason } => job::WorldError::AccessDenied { reason },
        WorldError::Forbidden { verb, resource, reason } => {
            let reason =
                format!("the job's journal needs the right to {verb} {resource}: {reason}");
            job::WorldError::AccessDenied { reason }
        }
        WorldError::Unexpected { reason } => job::WorldError::Unexpected { reason },
    }
}
