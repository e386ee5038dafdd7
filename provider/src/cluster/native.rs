//! A cluster that Flink's own client made: what an import of it records, and what it is until a
//! first apply has made it ours. Pure.

use std::collections::BTreeMap;

use lifecycle::{
    cluster::{observed::Objects, read::Live},
    flink::{Version, configuration::is_sensitive},
};
use manifests::{
    description::{
        Cluster, HighAvailability, HighAvailabilityType, Image, Process, PullPolicy, Rest,
        ServiceAccount, ServiceType, Toleration,
    },
    names,
    native::{Found, read_back},
    template,
};
use serde_json::Value;
use terraform::model::{Attr, Joined};

use super::{
    describe::described,
    model::{self, ClusterModel, ClusterOwn, ClusterSpec},
};

/// The version of Flink that the tag of the JobManager's image tells, such as `flink:1.20.1-java17`.
pub(super) fn version(deployment: &Value) -> Option<Version> {
    let containers = deployment["spec"]["template"]["spec"]["containers"].as_array()?;
    let main = containers.iter().find(|it| it["name"] == names::MAIN_CONTAINER)?;
    let image = main["image"].as_str()?.split('@').next()?;
    image.rsplit('/').next()?.split_once(':')?.1.parse().ok()
}

/// A cluster that Flink's client made.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Foreign {
    /// Its attributes.
    pub(super) model: ClusterModel,
    /// The options that Flink itself would mask: they are left out, for a state is no place for a
    /// secret.
    pub(super) secrets: Vec<String>,
}

/// What of these objects Flink's client made; `None` where it did not, or where they are ours.
pub(super) fn foreign(objects: &Objects, version: Version) -> Option<Foreign> {
    let objects: Vec<Value> = objects.values().cloned().collect();
    let is_ours = |object: &Value| {
        object["kind"] == "Deployment"
            && object["metadata"]["labels"][names::MANAGED_BY] == names::US
    };
    if objects.iter().any(is_ours) {
        return None;
    }
    let mut model = model(&read_back(&objects, version).ok()?)?;
    let options = model.shared.flink_configuration.known().cloned().unwrap_or_default();
    let (secrets, options): (BTreeMap<_, _>, _) =
        options.into_iter().partition(|(key, _)| is_sensitive(key));
    model.shared.flink_configuration = map(&options);
    Some(Foreign { model, secrets: secrets.into_keys().collect() })
}

/// What a refresh compares where no apply has touched an imported cluster: everything that is ours
/// is missing there and no difference, so that what counts is whether it is as it was imported.
pub(super) fn untouched(prior: ClusterModel, live: &mut Live) -> ClusterModel {
    let version = prior.shared.flink_version.known().and_then(|text| text.parse().ok());
    let Some(now) = version.and_then(|version| foreign(&live.objects, version)) else {
        return prior;
    };
    live.differences.clear();
    let now = now.model.shared;
    let same = described(&now, 1) == described(&prior.shared, 1);
    if same { prior } else { Joined { shared: now, own: prior.own } }
}

/// The cluster as a user would have written it with `strategy = "native"`: attributes at their
/// defaults are not set. `None` for an application, which is not a session cluster.
fn model(found: &Found) -> Option<ClusterModel> {
    let cluster = manifests::native::describe(found)?;
    let spec = ClusterSpec {
        name: Attr::Known(cluster.name.clone()),
        namespace: Attr::Known(cluster.namespace.clone()),
        strategy: known("native"),
        flink_version: Attr::Known(cluster.flink_version.to_string()),
        image: Attr::Known(cluster.image.name.clone()),
        image_pull_policy: pull_policy(&cluster.image),
        image_pull_secrets: list(&cluster.image.pull_secrets),
        service_account: service_account(&cluster.service_account),
        flink_configuration: map(&cluster.flink_configuration),
        high_availability: cluster.high_availability.as_ref().map(high_availability).into(),
        job_manager: job_manager(&cluster),
        task_manager: task_manager(&cluster, found),
        log_configuration: map(&cluster.log_configuration),
        rest: rest(&cluster.rest),
        pod_security: Attr::Known(model::PodSecurity {
            enabled: Attr::Known(cluster.pod_security.is_some()),
            ..model::PodSecurity::default()
        }),
        ..ClusterSpec::default()
    };
    let own = ClusterOwn {
        on_update: known("drain"),
        on_destroy: known("drain"),
        ..ClusterOwn::default()
    };
    Some(Joined { shared: spec, own })
}

fn known(text: &str) -> Attr<String> {
    Attr::Known(text.to_owned())
}

fn list(texts: &[String]) -> Attr<Vec<String>> {
    if texts.is_empty() { Attr::Null } else { Attr::Known(texts.to_vec()) }
}

fn map(texts: &BTreeMap<String, String>) -> Attr<BTreeMap<String, String>> {
    if texts.is_empty() { Attr::Null } else { Attr::Known(texts.clone()) }
}

fn pull_policy(image: &Image) -> Attr<String> {
    match image.pull_policy {
        PullPolicy::Always => known("always"),
        PullPolicy::Never => known("never"),
        PullPolicy::IfNotPresent => Attr::Null,
    }
}

fn service_account(account: &ServiceAccount) -> Attr<model::ServiceAccount> {
    if *account == ServiceAccount::default() {
        return Attr::Null;
    }
    Attr::Known(model::ServiceAccount {
        name: Attr::Known(account.name.clone()),
        ..model::ServiceAccount::default()
    })
}

fn high_availability(described: &HighAvailability) -> model::HighAvailability {
    let HighAvailability { r#type, storage_dir, cluster_id } = described;
    let (word, quorum, path_root) = match r#type {
        HighAvailabilityType::Kubernetes => ("kubernetes", None, None),
        HighAvailabilityType::ZooKeeper { quorum, path_root } => {
            ("zookeeper", Some(quorum.clone()), path_root.clone())
        }
    };
    model::HighAvailability {
        r#type: known(word),
        storage_dir: Attr::Known(storage_dir.clone()),
        cluster_id: cluster_id.clone().into(),
        zookeeper_quorum: quorum.into(),
        zookeeper_path_root: path_root.into(),
    }
}

fn job_manager(cluster: &Cluster) -> Attr<model::JobManager> {
    let template = cluster.job_manager.process.pod_template.as_ref().map(template::text);
    let wanted = model::JobManager {
        shared: process(&cluster.job_manager.process, template),
        own: model::JobManagerOwn {
            replicas: Some(cluster.job_manager.replicas.into()).filter(|it| *it != 1).into(),
        },
    };
    set(wanted)
}

/// The template's text is the one that the JobManager reads, comments included, where we read it
/// as Flink does.
fn task_manager(cluster: &Cluster, found: &Found) -> Attr<model::TaskManager> {
    let read = cluster.task_manager.process.pod_template.as_ref();
    let is_read_so = |text: &String| template::parse(text).ok().as_ref() == read;
    let text = found.client.task_manager_template.clone().filter(is_read_so);
    let text = text.or_else(|| read.map(template::text));
    let wanted = model::TaskManager {
        shared: process(&cluster.task_manager.process, text),
        own: model::TaskManagerOwn::default(),
    };
    set(wanted)
}

/// Nothing that is set is no attribute.
fn set<T: Default + PartialEq>(wanted: T) -> Attr<T> {
    if wanted == T::default() { Attr::Null } else { Attr::Known(wanted) }
}

fn process(described: &Process, template: Option<String>) -> model::Process {
    let tolerations = &described.tolerations;
    model::Process {
        cpu: described.cpu.into(),
        cpu_limit_factor: described.cpu_limit_factor.into(),
        memory_limit_factor: described.memory_limit_factor.into(),
        node_selector: map(&described.node_selector),
        tolerations: if tolerations.is_empty() {
            Attr::Null
        } else {
            Attr::Known(tolerations.iter().map(toleration).collect())
        },
        labels: map(&described.labels),
        annotations: map(&described.annotations),
        pod_template: template.into(),
        ..model::Process::default()
    }
}

fn toleration(described: &Toleration) -> model::Toleration {
    let Toleration { key, operator, value, effect, toleration_seconds } = described;
    model::Toleration {
        key: key.clone().into(),
        operator: operator.as_deref().map(snake).into(),
        value: value.clone().into(),
        effect: effect.as_deref().map(snake).into(),
        toleration_seconds: (*toleration_seconds).into(),
    }
}

/// Our word for one of Kubernetes: `NoSchedule` is `no_schedule`.
fn snake(word: &str) -> String {
    let mut text = String::new();
    for letter in word.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

fn rest(described: &Rest) -> Attr<model::Rest> {
    let port = i64::from(described.port);
    let usual = i64::from(described.service_type.default_port());
    let service_type = match described.service_type {
        ServiceType::ClusterIp => Attr::Null,
        ServiceType::NodePort => known("node_port"),
        ServiceType::LoadBalancer => known("load_balancer"),
        ServiceType::Headless => known("headless"),
    };
    set(model::Rest {
        service_type,
        port: Some(port).filter(|it| *it != usual).into(),
        annotations: map(&described.annotations),
        ..model::Rest::default()
    })
}

#[cfg(test)]
mod tests {
    use lifecycle::cluster::{
        compare::{Difference, What},
        goal::Id,
        read::Health,
    };
    use manifests::native::{Client, make};
    use serde_json::json;

    use super::*;

    const OPTIONS: [(&str, &str); 14] = [
        ("jobmanager.memory.process.size", "1600m"),
        ("taskmanager.memory.process.size", "1728m"),
        ("high-availability.type", "kubernetes"),
        ("high-availability.storageDir", "s3://bucket/ha"),
        ("kubernetes.container.image.ref", "flink:1.20.1"),
        ("kubernetes.container.image.pull-policy", "Always"),
        ("kubernetes.service-account", "flink-sa"),
        ("kubernetes.jobmanager.replicas", "2"),
        ("kubernetes.jobmanager.cpu.amount", "0.5"),
        ("kubernetes.taskmanager.labels", "team:streaming"),
        ("kubernetes.jobmanager.tolerations", "key:a,operator:Exists,effect:NoExecute"),
        ("kubernetes.rest-service.exposed.type", "LoadBalancer"),
        ("rest.port", "9000"),
        ("x.own", "kept"),
    ];

    fn objects(client: &Client) -> Objects {
        let made = make(client).expect("a cluster");
        let text = made.text().expect("a file");
        let objects = std::iter::once(made.deployment.clone()).chain(made.with_file(&text));
        objects.map(|object| (Id::of(&object), object.body)).collect()
    }

    fn found(client: &Client) -> Found {
        let bodies: Vec<Value> = objects(client).into_values().collect();
        read_back(&bodies, client.version).expect("a cluster of Flink's client")
    }

    /// A look at a cluster of which everything seems to differ.
    fn live(objects: Objects) -> Live {
        let object = Id::new("apps/v1", "Deployment", "orders");
        let differences = vec![Difference { object, what: What::Missing }];
        Live { objects, differences, revision: None, health: Health::Ready }
    }

    #[test]
    fn an_imported_cluster_is_as_it_was_imported_until_somebody_changes_it() {
        let prior = foreign(&objects(&client()), client().version).expect("a session").model;
        let mut same = live(objects(&client()));
        assert_eq!(untouched(prior.clone(), &mut same), prior);
        assert_eq!(same.differences, []);

        let mut other = client();
        other.configuration.insert("parallelism.default".to_owned(), "3".to_owned());
        let now = untouched(prior, &mut live(objects(&other)));
        let options = now.shared.flink_configuration.known().expect("options");
        assert_eq!(options.get("parallelism.default").map(String::as_str), Some("3"));
    }

    #[test]
    fn the_tag_tells_the_version() {
        for (image, version_of) in [
            ("flink:1.20.1-java17", Some(Version::new(1, 20, 1))),
            ("host:5000/team/flink:2.0.0", Some(Version::new(2, 0, 0))),
            ("flink:1.20.1@sha256:00", Some(Version::new(1, 20, 1))),
            ("host:5000/flink", None),
            ("flink:latest", None),
        ] {
            let main = json!({ "name": names::MAIN_CONTAINER, "image": image });
            let spec = json!({ "template": { "spec": { "containers": [main] } } });
            assert_eq!(version(&json!({ "spec": spec })), version_of, "{image}");
        }
    }

    #[test]
    fn a_secret_is_named_and_left_out() {
        let mut client = client();
        client.configuration.insert("s3.secret-key".to_owned(), "hush".to_owned());
        let found = foreign(&objects(&client), client.version).expect("a session");
        assert_eq!(found.secrets, ["s3.secret-key"]);
        assert!(!format!("{found:?}").contains("hush"));
    }

    #[test]
    fn what_is_ours_is_compared_with_what_we_render() {
        let prior = foreign(&objects(&client()), client().version).expect("a session").model;
        let mut ours = objects(&client());
        for object in ours.values_mut() {
            object["metadata"]["labels"][names::MANAGED_BY] = json!(names::US);
        }
        let mut ours = live(ours);
        assert_eq!(untouched(prior.clone(), &mut ours), prior);
        assert_eq!(ours.differences.len(), 1);
    }

    fn client() -> Client {
        let mut client = Client::session(Version::new(1, 20, 1), "flink", "orders");
        let sizes = &OPTIONS[..2];
        let pair = |&(key, value): &(&str, &str)| (key.to_owned(), value.to_owned());
        client.configuration.extend(sizes.iter().map(pair));
        client
    }

    #[test]
    fn the_attributes_of_an_imported_cluster_describe_it() {
        let mut whole = client();
        whole.configuration.extend(OPTIONS.map(|(key, value)| (key.to_owned(), value.to_owned())));
        whole.job_manager_template = Some(json!({ "spec": { "schedulerName": "own" } }));
        whole.task_manager_template = Some("# mine\nspec: {schedulerName: own}\n".to_owned());
        for client in [client(), whole] {
            let found = found(&client);
            let model = model(&found).expect("a session");
            let mut described = described(&model.shared, 1).expect("a whole description");
            let mut expected = manifests::native::describe(&found).expect("a session");
            // A template says as much with its kind as without.
            for cluster in [&mut described, &mut expected] {
                for process in [&mut cluster.job_manager.process, &mut cluster.task_manager.process]
                {
                    if let Some(Value::Object(pod)) = &mut process.pod_template {
                        pod.retain(|field, _| !["apiVersion", "kind"].contains(&field.as_str()));
                    }
                }
            }
            assert_eq!(described, expected);
        }
    }

    #[test]
    fn what_is_at_its_default_is_not_set() {
        let mut bare = client();
        bare.configuration
            .insert("kubernetes.container.image.ref".to_owned(), "flink:1".to_owned());
        let model = model(&found(&bare)).expect("a session");
        assert_eq!(model.shared.rest, Attr::Null);
        assert_eq!(model.shared.job_manager, Attr::Null);
        assert_eq!(model.shared.task_manager, Attr::Null);
        assert_eq!(model.shared.service_account, Attr::Null);
        assert_eq!(model.shared.image, known("flink:1"));
    }

    #[test]
    fn an_application_is_not_a_session() {
        let mut client = client();
        let application = manifests::native::Application {
            jar: "local:///opt/flink/usrlib/a.jar".to_owned(),
            ..manifests::native::Application::default()
        };
        client.run(&application).expect("a jar of the image");
        assert_eq!(model(&found(&client)), None);
    }
}
