//! Kubernetes, and Flink's REST API through it, as users reach them: from outside, where only the
//! API server is seen, and from inside.

use acceptance_tests::kubernetes::{
    Cluster, Door, ImageSpec, JVM_OPTIONS, Key, Kubeconfig, Namespace, Server,
};
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, fetch, poll};
use data_encoding::BASE64;
use flink::request::{cluster, jars};
use flink::{Client, Endpoint};
use lifecycle::flink;
use lifecycle::kubernetes::{Access, Behind, Configuration, Kind, Kubernetes, Plugin};
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

const START: Duration = Duration::from_mins(3);
const JAR: u64 = 100 * 1024 * 1024;

/// A way to the API server alone, and a folder for kubeconfigs.
struct Outside {
    door: Door,
    folder: TempDir,
}

impl Outside {
    fn of(cluster: &Cluster) -> Outcome<Self> {
        let door = cluster.door()?.ok_or_else(|| Failure::new("a node has a door"))?;
        Ok(Self { door, folder: tempfile::tempdir()? })
    }

    fn configuration(&self, kubeconfig: Kubeconfig) -> Outcome<Configuration> {
        let path = self.folder.path().join(format!("{}", fs::read_dir(&self.folder)?.count()));
        self.door.lead(kubeconfig)?.write(&path)?;
        Ok(Configuration { config_paths: vec![path], ..Configuration::default() })
    }

    fn kubernetes(&self, kubeconfig: Kubeconfig) -> Outcome<Kubernetes> {
        Ok(Kubernetes::new(self.configuration(kubeconfig)?))
    }

    fn administrator(&self) -> Outcome<Kubernetes> {
        self.kubernetes(self.door.kubeconfig().clone())
    }
}

fn client(kubernetes: &Kubernetes, namespace: &Namespace, access: Access) -> Client {
    let endpoint = Endpoint::anywhere();
    let patience = endpoint.patience;
    let place = (namespace.name(), "orders");
    let way = Behind::new(kubernetes.clone(), place, access, endpoint);
    Client::over(format!("{}/orders", namespace.name()), Arc::new(way), patience)
}

fn nodes() -> http::Request<Vec<u8>> {
    http::Request::get("/api/v1/nodes").body(Vec::new()).expect("a request")
}

async fn refusal(kubernetes: Kubernetes) -> Outcome<Kind> {
    match kubernetes.request(nodes()).await {
        Ok(_) => Err(Failure::new("it was let in")),
        Err(error) => {
            assert!(!error.may_have_happened(), "{error:?}");
            Ok(error.kind)
        }
    }
}

#[tokio::test]
async fn whoever_shows_who_he_is_is_let_in_and_others_are_told_why_not() -> Outcome {
    let why = "its certificate authority is ours";
    let Some(cluster) = Cluster::of_our_own("who is let in", why).await? else { return Ok(()) };
    let outside = Outside::of(&cluster)?;
    let namespace = cluster.namespace("login").await?;

    for key in [Key::Rsa, Key::EllipticCurve] {
        let user = cluster.node()?.user("ann", "system:masters", key)?;
        outside.kubernetes(user)?.request(nodes()).await?;
    }
    logs_in_with_a_plugin(&outside, &namespace).await?;

    let stranger = outside.kubernetes(cluster.user("jane", "strangers")?)?;
    let Kind::Forbidden(forbidden) = refusal(stranger).await? else { panic!("let in") };
    let rule = forbidden.rule.map(|rule| rule.to_string());
    let expected = r#"{ apiGroups: [""], resources: ["nodes"], verbs: ["list"] }"#;
    assert_eq!(rule.as_deref(), Some(expected));

    let expired = cluster.kubeconfig().clone().with_user(json!({ "token": "expired" }));
    let refused = refusal(outside.kubernetes(expired)?).await?;
    assert!(matches!(refused, Kind::Unauthorized { .. }), "{refused:?}");

    let other = rcgen::generate_simple_self_signed(vec!["k8s".to_owned()])?;
    let other = format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        BASE64.encode(other.cert.der())
    );
    let administrator = outside.configuration(outside.door.kubeconfig().clone())?;
    let distrustful =
        Configuration { cluster_ca_certificate: Some(other), ..administrator.clone() };
    let refused = refusal(Kubernetes::new(distrustful)).await?;
    assert!(matches!(refused, Kind::Distrust { .. }), "{refused:?}");
    let wrong_name =
        Configuration { tls_server_name: Some("other".to_owned()), ..administrator.clone() };
    let refused = refusal(Kubernetes::new(wrong_name)).await?;
    assert!(matches!(refused, Kind::Distrust { .. }), "{refused:?}");
    let careless = Configuration {
        insecure: Some(true),
        tls_server_name: Some("other".to_owned()),
        ..administrator
    };
    Kubernetes::new(careless).request(nodes()).await?;

    let nobody = cluster.kubeconfig().clone();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("nobody");
    nobody.at("https://127.0.0.1:1").write(&path)?;
    let nobody = Configuration { config_paths: vec![path], ..Configuration::default() };
    let refused = refusal(Kubernetes::new(nobody)).await?;
    assert!(matches!(refused, Kind::Unreachable { .. }), "{refused:?}");
    Ok(())
}

/// A program as clouds have them: its token is of a service account, and it fails when its session
/// has ended.
async fn logs_in_with_a_plugin(outside: &Outside, namespace: &Namespace) -> Outcome {
    namespace.run(&["create", "serviceaccount", "robot"]).await?;
    let account = format!("--serviceaccount={}:robot", namespace.name());
    let binding = format!("{}-robot", namespace.name());
    namespace
        .run(&["create", "clusterrolebinding", &binding, "--clusterrole=view", &account])
        .await?;
    let robot = namespace.service_account("robot").await?;
    let token = robot.user()["token"].as_str().unwrap_or_default().to_owned();
    let folder = outside.folder.path();
    let program = folder.join("login");
    fs::write(
        &program,
        "#!/bin/sh\n[ -n \"$SESSION\" ] || { echo 'the session has ended' >&2; exit 1; }\nprintf '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"%s\"}}' \"$(cat \"$1\")\"\n",
    )?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    fs::write(folder.join("token"), token)?;
    let plugin = Plugin {
        api_version: "client.authentication.k8s.io/v1".to_owned(),
        command: program.display().to_string(),
        args: vec![folder.join("token").display().to_string()],
        env: vec![("SESSION".to_owned(), flink::Secret::new("1"))],
        ..Plugin::default()
    };
    let administrator = outside.configuration(outside.door.kubeconfig().clone())?;
    let with =
        |plugin| Kubernetes::new(Configuration { exec: Some(plugin), ..administrator.clone() });
    let pods = format!("/api/v1/namespaces/{}/pods", namespace.name());
    let pods = http::Request::get(pods).body(Vec::new())?;
    with(plugin.clone()).request(pods).await?;
    let ended = Plugin { env: Vec::new(), ..plugin };
    let refused = refusal(with(ended)).await?.to_string();
    assert!(refused.ends_with("exit status: 1: the session has ended"), "{refused}");
    Ok(())
}

#[tokio::test]
async fn each_way_leads_to_a_cluster_for_whom_it_is_open() -> Outcome {
    let why = "its kubelet is stopped";
    let ways = Cluster::of_our_own("each way from outside", why).await?;
    let Some(kubernetes) = ways else { return Ok(()) };
    let outside = Outside::of(&kubernetes)?;
    let image = kubernetes.image(&ImageSpec::flink(fetch::FLINK_1_20)).await?;
    let namespace = kubernetes.namespace("access").await?;
    namespace.apply(&job_manager(&image)).await?;
    namespace.ready("deployment", "orders-jobmanager", START).await?;

    let administrator = outside.administrator()?;
    let big = tempfile::NamedTempFile::with_suffix(".jar")?;
    big.as_file().set_len(JAR)?;
    for access in [Access::ServiceProxy, Access::PortForward, Access::Auto] {
        let client = client(&administrator, &namespace, access);
        let found = client.send(&cluster::overview()).await?;
        assert_eq!((found.taskmanagers, found.jobs_running), (0, 0), "{access:?}");
        takes_a_large_jar(&client, big.path(), access).await?;
    }
    names_what_might_be_meant(&administrator, &namespace).await?;
    breaks_and_stands_again(&outside, &namespace, kubernetes.node()?, big.path()).await?;
    asks_for_the_rights_that_are_missing(&outside, &namespace).await?;
    leads_there_from_inside(&kubernetes, &namespace).await
}

/// The most memory that this process has had, in KiB.
fn peak() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let line = line.ok_or_else(|| Failure::new("no peak"))?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

async fn takes_a_large_jar(client: &Client, jar: &Path, access: Access) -> Outcome {
    let before = peak()?;
    client.send(&jars::upload("big.jar", jar.to_owned())).await?;
    let grown = peak()? - before;
    assert!(grown < 32 * 1024, "{access:?}: {grown} KiB more");
    let stored = client.send(&jars::list()).await?.files;
    assert_eq!(stored.len(), 1, "{access:?}: {stored:?}");
    client.send(&jars::delete(&stored[0].id)).await?;
    Ok(())
}

async fn names_what_might_be_meant(kubernetes: &Kubernetes, namespace: &Namespace) -> Outcome {
    let found = kubernetes.find(namespace.name(), "order").await;
    let error = found.err().ok_or_else(|| Failure::new("there is no such cluster"))?;
    assert!(error.kind.to_string().contains("look like Flink: orders."), "{error:?}");
    let found = kubernetes.find(namespace.name(), "orders").await?;
    assert_eq!((found.service.as_str(), found.port, found.tls), ("orders-rest", 8081, false));
    Ok(())
}

/// What this process has read from files and sockets, in bytes.
fn read_so_far() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/io").ok()?;
    text.lines().find_map(|line| line.strip_prefix("rchar: "))?.parse().ok()
}

async fn breaks_and_stands_again(
    outside: &Outside,
    namespace: &Namespace,
    node: &acceptance_tests::kubernetes::Node,
    jar: &Path,
) -> Outcome {
    let client = client(&outside.administrator()?, namespace, Access::PortForward);
    client.send(&cluster::overview()).await?;
    // Nothing gets through while the kubelet stands still, so that the upload is under way.
    node.stop_server(Server::Kubelet).await?;
    let (sending, path) = (client.clone(), jar.to_owned());
    let before = read_so_far().unwrap_or_default();
    let upload = tokio::spawn(async move { sending.send(&jars::upload("cut.jar", path)).await });
    let begun = async || read_so_far().filter(|read| *read > before + 1024 * 1024);
    poll::until("the upload to be under way", START, begun).await?;
    assert!(outside.door.cut() > 0);
    let error = upload.await?.err().ok_or_else(|| Failure::new("the upload was cut"))?;
    assert!(error.may_have_happened(), "{error:?}");
    node.continue_server(Server::Kubelet).await?;

    let again = async || client.send_once(&jars::list()).await.ok();
    let stored = poll::until("the JobManager", START, again).await?.files;
    assert!(stored.is_empty(), "half of a jar was taken for a jar: {stored:?}");
    let small = tempfile::NamedTempFile::with_suffix(".jar")?;
    client.send(&jars::upload("small.jar", small.path().to_owned())).await?;
    let stored = client.send(&jars::list()).await?.files;
    assert_eq!(stored.len(), 1, "sent twice: {stored:?}");

    // The pod is replaced under the forward: the next calls lead to its successor.
    namespace.run(&["delete", "pod", "-l", "app=orders", "--wait=true"]).await?;
    namespace.ready("deployment", "orders-jobmanager", START).await?;
    let again = async || client.send_once(&cluster::overview()).await.ok();
    poll::until("the JobManager's successor", START, again).await?;
    Ok(())
}

/// Which rules each way needs is told by the refusal of each.
async fn asks_for_the_rights_that_are_missing(outside: &Outside, namespace: &Namespace) -> Outcome {
    let rules = [
        ("nothing", ""),
        ("service", "- {apiGroups: [''], resources: [services], verbs: [get]}\n"),
        (
            "pods",
            "- {apiGroups: [''], resources: [services], verbs: [get]}\n- {apiGroups: [''], resources: [pods], verbs: [list]}\n",
        ),
        (
            "forward",
            "- {apiGroups: [''], resources: [services], verbs: [get]}\n- {apiGroups: [''], resources: [pods], verbs: [list]}\n- {apiGroups: [''], resources: [pods/portforward], verbs: [get, create]}\n",
        ),
        (
            "proxy",
            "- {apiGroups: [''], resources: [services], verbs: [get]}\n- {apiGroups: [''], resources: [services/proxy], verbs: [get]}\n",
        ),
    ];
    let mut manifests = String::new();
    for (name, rules) in rules {
        let rules =
            if rules.is_empty() { "rules: []\n".to_owned() } else { format!("rules:\n{rules}") };
        write!(
            manifests,
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {name}}}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: {name}}}\n{rules}---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: {name}}}\nroleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: {name}}}\nsubjects: [{{kind: ServiceAccount, name: {name}, namespace: {}}}]\n---\n",
            namespace.name()
        )?;
    }
    namespace.apply(&manifests).await?;
    let cases = [
        ("nothing", Access::Auto, Some(r#"resources: ["services"], verbs: ["get"]"#)),
        ("service", Access::ServiceProxy, Some(r#"resources: ["services/proxy"], verbs: ["get"]"#)),
        ("service", Access::PortForward, Some(r#"resources: ["pods"], verbs: ["list"]"#)),
        (
            "pods",
            Access::PortForward,
            Some(r#"resources: ["pods/portforward"], verbs: ["create"]"#),
        ),
        ("forward", Access::PortForward, None),
        ("forward", Access::Auto, None),
        ("proxy", Access::Auto, None),
    ];
    for (account, access, refused) in cases {
        let kubernetes = outside.kubernetes(namespace.service_account(account).await?)?;
        let client = client(&kubernetes, namespace, access);
        let answer = client.send_once(&cluster::overview()).await;
        let told = answer.err().map(|error| {
            assert!(!error.may_have_happened(), "{error:?}");
            error.kind.to_string()
        });
        assert_eq!(told.is_some(), refused.is_some(), "{account} {access:?}: {told:?}");
        let (told, rule) = (told.unwrap_or_default(), refused.unwrap_or_default());
        assert!(told.contains(rule), "{account} {access:?}: {told}");
    }
    Ok(())
}

/// Inside, Services have addresses: every way leads there, each as real Terraform goes it.
async fn leads_there_from_inside(kubernetes: &Cluster, namespace: &Namespace) -> Outcome {
    let workspace =
        Workspace::new("")?.enter(kubernetes.kubectl()).variable("TF_LOG_PROVIDER", "debug");
    let mut hcl = String::new();
    let kubeconfig = kubernetes.kubectl().kubeconfig().display().to_string();
    let ways = ["service_proxy", "port_forward", "direct", "auto"];
    for way in ways {
        write!(
            hcl,
            "provider \"flink\" {{\n  alias = \"{way}\"\n  access = \"{way}\"\n  kubernetes = {{ config_path = \"{kubeconfig}\" }}\n}}\ndata \"flink_cluster\" \"{way}\" {{\n  provider = flink.{way}\n  cluster = \"{}/orders\"\n}}\n",
            namespace.name()
        )?;
    }
    let source = "terraform {\n  required_providers {\n    flink = { source = \"terraform-provider-flink/flink\" }\n  }\n}\n";
    workspace.write("provider.tf", source)?;
    workspace.configure(&hcl)?;
    let run = workspace.apply().await?.expect(0)?;
    // What `auto` has chosen, and from what it knew.
    let said = ["This way leads", "access=Auto", "service_proxy", "in_cluster=false", "tls=false"];
    let chosen = |line: &str| said.iter().all(|said| line.contains(said));
    assert!(run.errors.lines().any(chosen), "{}", run.errors);
    for way in ways {
        let seen = workspace.attributes(&format!("data.flink_cluster.{way}")).await?;
        assert_eq!(seen["version"], fetch::FLINK_1_20, "{way}");
    }
    looks_for_nothing_that_it_does_not_know(namespace, source).await
}

/// A plan whose provider block holds what only an apply will tell asks nobody, and is no error.
async fn looks_for_nothing_that_it_does_not_know(namespace: &Namespace, source: &str) -> Outcome {
    let workspace = Workspace::new("")?;
    let hcl = format!(
        "resource \"terraform_data\" \"it\" {{\n  input = \"/made/by/an/apply\"\n}}\nprovider \"flink\" {{\n  kubernetes = {{ config_path = terraform_data.it.output }}\n}}\nresource \"flink_cluster\" \"it\" {{\n  namespace     = {:?}\n  name          = \"orders\"\n  flink_version = \"1.20\"\n  image         = \"flink:1.20\"\n}}\n",
        namespace.name()
    );
    workspace.write("provider.tf", source)?;
    workspace.configure(&hcl)?;
    workspace.plan().await?.expect(2)?.said("2 to add")?;
    Ok(())
}

fn job_manager(image: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: orders-jobmanager}}
spec:
  selector: {{matchLabels: {{app: orders}}}}
  strategy: {{type: Recreate}}
  template:
    metadata: {{labels: {{app: orders}}}}
    spec:
      containers:
      - name: main
        image: {image}
        args: [jobmanager]
        readinessProbe:
          httpGet: {{path: /overview, port: 8081}}
          periodSeconds: 2
        env:
        - name: JOB_MANAGER_RPC_ADDRESS
          value: localhost
        - name: FLINK_PROPERTIES
          value: |
            jobmanager.rpc.address: localhost
            rest.bind-address: 0.0.0.0
            jobmanager.memory.process.size: 1g
            env.java.opts.jobmanager: {JVM_OPTIONS}
---
apiVersion: v1
kind: Service
metadata: {{name: orders-rest}}
spec:
  selector: {{app: orders}}
  ports: [{{name: rest, port: 8081}}]
"
    )
}
