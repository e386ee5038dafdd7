//! What cannot come up on a real Kubernetes: what the user is told, to the letter, and what is left
//! behind. What can be told from a description alone has its tests beside `manifests::checks`.

use acceptance_tests::kubernetes::{Cluster, ImageSpec, JVM_OPTIONS, Kubeconfig, Namespace};
use acceptance_tests::terraform::{Run, Workspace};
use acceptance_tests::{Outcome, diagnostics, fetch};
use data_encoding::BASE64;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write;
use tokio::sync::OnceCell;

const PROVIDER: &str = r#"terraform {
  required_providers {
    flink = { source = "terraform-provider-flink/flink" }
  }
}

provider "flink" {
  kubernetes = { config_path = "KUBECONFIG" }
}
"#;

/// A node: other versions of Kubernetes say some things in other words.
async fn node() -> Outcome<Option<&'static Cluster>> {
    static NODE: OnceCell<Option<Cluster>> = OnceCell::const_new();
    let why = "other versions of Kubernetes say some things in other words";
    let node = NODE.get_or_try_init(async || Cluster::of_our_own("bad input", why).await).await?;
    Ok(node.as_ref())
}

struct Setting {
    cluster: &'static Cluster,
    workspace: Workspace,
    image: String,
}

impl Setting {
    async fn new() -> Outcome<Option<Self>> {
        let Some(cluster) = node().await? else { return Ok(None) };
        let image = cluster.image(&ImageSpec::flink(fetch::FLINK_1_20)).await?;
        let workspace = Workspace::new("http://unused")?.enter(cluster.kubectl());
        let it = Self { cluster, workspace, image };
        it.act_as(cluster.kubeconfig())?;
        Ok(Some(it))
    }

    fn act_as(&self, kubeconfig: &Kubeconfig) -> Outcome {
        let path = self.workspace.path().join("kubeconfig");
        kubeconfig.write(&path)?;
        self.workspace
            .write("provider.tf", &PROVIDER.replace("KUBECONFIG", &path.display().to_string()))
    }

    /// A cluster that would come up but for `more` lines of attributes.
    fn described(&self, namespace: &str, name: &str, more: &str) -> Outcome<String> {
        let mut hcl = format!(
            "resource \"flink_cluster\" \"{name}\" {{\n  namespace     = {namespace:?}\n  name          = {name:?}\n  flink_version = \"1.20\"\n"
        );
        let image = format!("image = {:?}", self.image);
        let java =
            format!("flink_configuration = {{ \"env.java.opts.jobmanager\" = {JVM_OPTIONS:?} }}");
        let usual = [
            image.as_str(),
            java.as_str(),
            "job_manager = { cpu = 0.1 }",
            "task_manager = { cpu = 0.1, replicas = 0 }",
        ];
        let attribute = |line: &str| line.split(" = ").next().unwrap_or_default().to_owned();
        let set: BTreeSet<String> = more.lines().map(attribute).collect();
        let usual = usual.into_iter().filter(|line| !set.contains(&attribute(line)));
        for line in usual.chain(more.lines()) {
            writeln!(hcl, "  {line}")?;
        }
        hcl.push_str("}\n\n");
        Ok(hcl)
    }

    /// What a run told, with what differs from run to run replaced by what it is.
    fn told(&self, run: &Run, namespaces: &[(&Namespace, &str)]) -> String {
        let mut known: Vec<(String, String)> = namespaces
            .iter()
            .map(|(namespace, name)| (namespace.name().to_owned(), (*name).to_owned()))
            .collect();
        known.push((self.image.clone(), "IMAGE".to_owned()));
        known.push((self.workspace.path().display().to_string(), "WORKSPACE".to_owned()));
        diagnostics::told_of_pods(run, &known)
    }
}

/// Each alone is refused before the first object is made.
#[tokio::test]
async fn what_the_api_server_refuses_is_told_before_anything_is_made() -> Outcome {
    let Some(it) = Setting::new().await? else { return Ok(()) };
    let namespace = it.cluster.namespace("refused").await?;
    let taken = "apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 30999}]}\n";
    namespace.apply(taken).await?;
    let going = it.cluster.namespace("going").await?;
    let held = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [tests.example/held]}\n";
    going.apply(held).await?;
    going.kubectl().run(&["delete", "namespace", going.name(), "--wait=false"]).await?;

    let ingress = "rest = { ingress = { host = \"flink.example\", class_name = \"nowhere\" } }";
    it.workspace.configure(&it.described(namespace.name(), "ingress", ingress)?)?;
    it.workspace.plan().await?.expect(2)?.said("Kubernetes has no IngressClass \"nowhere\"")?;

    let hcl = [
        it.described("nowhere", "missing", "")?,
        it.described(going.name(), "terminating", "")?,
        it.described(
            namespace.name(),
            "port",
            "rest = { service_type = \"node_port\", node_port = 30999 }",
        )?,
    ];
    it.workspace.configure(&hcl.concat())?;
    let run = it.workspace.apply().await?.expect(1)?;
    insta::assert_snapshot!(
        "refused",
        it.told(&run, &[(&namespace, "REFUSED"), (&going, "GOING")])
    );
    for name in ["missing", "terminating", "port"] {
        let state = it.workspace.attributes(&format!("flink_cluster.{name}")).await?;
        assert!(state.is_null(), "{name}: {state}");
    }
    let made = ["get", "all,configmaps", "-l", "flink.terraform-provider/cluster", "-o", "name"];
    assert_eq!(namespace.run(&made).await?, "");
    going.patch("configmap", "held", &json!({ "metadata": { "finalizers": null } })).await
}

/// Who is not let in is told why, and a plan is not taken for the news that all is gone.
#[tokio::test]
async fn an_api_server_that_does_not_let_one_in_is_told_from_one_that_is_gone() -> Outcome {
    let Some(it) = Setting::new().await? else { return Ok(()) };
    let hcl = it.described("nowhere", "orders", "")?;
    it.workspace.configure(&hcl)?;
    let kubeconfig = it.cluster.kubeconfig();
    let expired = kubeconfig.clone().with_user(json!({ "token": "expired" }));
    let other = rcgen::generate_simple_self_signed(vec!["k8s".to_owned()])?;
    let other = BASE64.encode(other.cert.der());
    let other = format!("-----BEGIN CERTIFICATE-----\n{other}\n-----END CERTIFICATE-----\n");
    let distrusted = Kubeconfig::new(kubeconfig.server()?, &other, kubeconfig.user());
    let unreachable = kubeconfig.clone().at("https://127.0.0.1:1");
    let cases = [("expired", expired), ("distrusted", distrusted), ("unreachable", unreachable)];
    for (name, kubeconfig) in cases {
        it.act_as(&kubeconfig)?;
        let run = it.workspace.apply().await?.expect(1)?;
        let told = it.told(&run, &[]).replace(kubeconfig.server()?, "SERVER");
        insta::assert_snapshot!(name, told);
        // Nothing was made, so nothing is recorded and nothing has to be replaced.
        assert!(it.workspace.attributes("flink_cluster.orders").await?.is_null());
    }
    it.act_as(kubeconfig)?;
    it.workspace.apply().await?.expect(1)?.said("namespace \"nowhere\" does not exist")?;
    assert!(it.workspace.attributes("flink_cluster.orders").await?.is_null());
    Ok(())
}

/// Pods that will not come up are known in seconds; what was made is in the state, so that the next
/// apply goes on from it and a destroy removes it.
#[tokio::test]
async fn pods_that_will_not_come_up_are_told_with_their_reason() -> Outcome {
    let Some(it) = Setting::new().await? else { return Ok(()) };
    let pods = it.cluster.namespace("pods").await?;
    let full = it.cluster.namespace("full").await?;
    full.run(&["create", "quota", "none", "--hard=pods=0"]).await?;
    let strict = it.cluster.namespace("strict").await?;
    let level = "pod-security.kubernetes.io/enforce=restricted";
    strict.run(&["label", "namespace", strict.name(), level]).await?;

    let hungry = "job_manager = {\n  cpu = 0.1\n  pod_template = yamlencode({ spec = { initContainers = [{ name = \"hungry\", image = \"IMAGE\", command = [\"tail\", \"/dev/zero\"], resources = { limits = { memory = \"32Mi\" } } }] } })\n}";
    let cases = [
        (&pods, "image", "image = \"localhost:1/flink:1.20\"\nimage_pull_policy = \"always\"".to_owned()),
        (
            &pods,
            "crash",
            "flink_configuration = { \"env.java.opts.jobmanager\" = \"-javaagent:/nowhere/agent.jar\" }".to_owned(),
        ),
        (&pods, "huge", "job_manager = { cpu = 1000 }".to_owned()),
        (&pods, "account", "service_account = { name = \"nobody\" }".to_owned()),
        (&pods, "hungry", hungry.replace("IMAGE", &it.image)),
        (&full, "quota", String::new()),
        (
            &strict,
            "admission",
            "volumes = { data = { host_path = { path = \"/tmp\" }, mounts = [{ path = \"/data\" }] } }".to_owned(),
        ),
    ];
    let mut hcl = String::new();
    for (namespace, name, more) in &cases {
        hcl.push_str(&it.described(namespace.name(), name, more)?);
    }
    it.workspace.configure(&hcl)?;
    let run = it.workspace.apply().await?.expect(1)?;
    let known = [(&pods, "PODS"), (&full, "FULL"), (&strict, "STRICT")];
    // How often a container has crashed, and what is said of a pull, hangs on the moment.
    let told = it.told(&run, &known);
    let is_fixed = |line: &&str| !["PODS/crash", "PODS/image"].iter().any(|at| line.contains(at));
    let fixed: Vec<&str> = told.lines().filter(is_fixed).collect();
    insta::assert_snapshot!("pods", fixed.join("\n"));
    run.said("Error opening zip file or JAR manifest missing : /nowhere/agent.jar")?
        .said("the image localhost:1/flink:1.20 cannot be pulled")?
        .said("image = \"localhost:1/flink:1.20\"")?;

    for (namespace, name, _) in &cases {
        let id = it.workspace.attribute(&format!("flink_cluster.{name}"), "id").await?;
        assert_eq!(id, format!("{}/{name}", namespace.name()));
    }
    it.workspace.destroy().await?.expect(0)?;
    for namespace in [&pods, &full, &strict] {
        let left = [
            "get",
            "deployments,services,configmaps",
            "-l",
            "flink.terraform-provider/cluster",
            "-o",
            "name",
        ];
        assert_eq!(namespace.run(&left).await?, "");
    }
    Ok(())
}
