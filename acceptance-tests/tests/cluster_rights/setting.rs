//! Accounts with the Roles that users are given, in a namespace of their own.

use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::{
    Access, Asked, Cluster, Door, ImageSpec, JVM_OPTIONS, Namespace,
};
use acceptance_tests::terraform::{Terraform, Workspace};
use acceptance_tests::{Failure, Outcome, fetch, folders, poll};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;
use tokio::sync::OnceCell;

/// An account of a namespace, and its Role.
pub(crate) type Account = (&'static str, &'static str);
/// Who applies.
pub(crate) const APPLY: Account = ("terraform", "flink-apply");
/// Who can only look.
pub(crate) const PLAN: Account = ("planner", "flink-plan");
const PATIENCE: Duration = Duration::from_mins(1);

/// A node: another cluster's API server writes down nothing for us.
async fn node() -> Outcome<Option<&'static Cluster>> {
    static NODE: OnceCell<Option<Cluster>> = OnceCell::const_new();
    let why = "its API server writes down what it is asked for";
    let node =
        NODE.get_or_try_init(async || Cluster::of_our_own("the least rights", why).await).await?;
    Ok(node.as_ref())
}

/// A namespace with both Roles, and a workspace outside of the cluster.
pub(crate) struct Setting {
    cluster: &'static Cluster,
    door: Door,
    pub(crate) namespace: Namespace,
    pub(crate) workspace: Workspace,
    pub(crate) image: String,
}

impl Setting {
    pub(crate) async fn new(subject: &str) -> Outcome<Option<Self>> {
        let Some(cluster) = node().await? else { return Ok(None) };
        let image = cluster.image(&ImageSpec::flink(fetch::FLINK_1_20)).await?;
        let namespace = cluster.namespace(subject).await?;
        for role in ["apply", "plan"] {
            let file = format!("examples/kubernetes/roles/{role}.yaml");
            namespace.apply(&fs::read_to_string(folders::repository().join(file))?).await?;
        }
        let door = cluster.door()?.ok_or_else(|| Failure::new("a node has a door"))?;
        let terraform = Terraform::library(fetch::TERRAFORM_1_15)?;
        let workspace = Workspace::of(terraform, "http://unused")?;
        let it = Self { cluster, door, namespace, workspace, image };
        for (account, _) in [APPLY, PLAN] {
            let kubeconfig = it.door.lead(it.namespace.service_account(account).await?)?;
            kubeconfig.write(&it.workspace.path().join(account))?;
        }
        Ok(Some(it))
    }

    /// From now on the provider is this account.
    pub(crate) fn act_as(&self, (account, _): Account, access: &str) -> Outcome {
        let kubeconfig = self.workspace.path().join(account).display().to_string();
        self.reach(&format!("config_path = {kubeconfig:?}"), access)
    }

    /// From now on the provider goes this way.
    pub(crate) fn reach(&self, kubernetes: &str, access: &str) -> Outcome {
        self.workspace.write(
            "provider.tf",
            &format!(
                "terraform {{\n  required_providers {{\n    flink = {{ source = \"terraform-provider-flink/flink\" }}\n  }}\n}}\n\nprovider \"flink\" {{\n  access     = {access:?}\n  kubernetes = {{ {kubernetes} }}\n}}\n"
            ),
        )
    }

    /// What this account has asked of the API server here.
    pub(crate) fn asked(&self, (account, _): Account) -> Outcome<Vec<Asked>> {
        self.cluster.node()?.asked(self.namespace.name(), account)
    }

    /// A counting job of this name.
    pub(crate) fn counting(&self, name: &str) -> Outcome<Counting> {
        self.namespace.counting(name, 1)
    }

    /// A cluster with `more` lines of attributes.
    pub(crate) fn described(&self, name: &str, more: &str) -> String {
        let shared = self.namespace.shared_folder().display().to_string();
        format!(
            r#"resource "flink_cluster" {name:?} {{
  namespace     = {:?}
  name          = {name:?}
  flink_version = "1.20"
  image         = {:?}
  state = {{
    checkpoint_dir      = "file://{shared}/checkpoints"
    savepoint_dir       = "file://{shared}/savepoints"
    checkpoint_interval = "1s"
  }}
  flink_configuration = {{
    "env.java.opts.jobmanager"  = {JVM_OPTIONS:?}
    "env.java.opts.taskmanager" = {JVM_OPTIONS:?}
  }}
  volumes = {{
    shared = {{
      host_path = {{ path = {shared:?} }}
      mounts    = [{{ path = {shared:?} }}]
    }}
  }}
{more}
}}

"#,
            self.namespace.name(),
            self.image,
        )
    }

    /// A counting job with a cluster of its own, whose new versions are looked into; another `version`
    /// makes new pods.
    pub(crate) async fn application(&self, job: &Counting, version: &str) -> Outcome<String> {
        let spec = ImageSpec::flink(fetch::FLINK_1_20).job(&Jar::V1.path()?);
        let image = self.cluster.image(&spec).await?;
        let more = format!(
            "  job_manager  = {{ cpu = 0.1 }}\n  task_manager = {{ cpu = 0.1, env = {{ VERSION = {version:?} }} }}"
        );
        let cluster = self.described("own", &more).replace(&self.image, &image);
        let body = cluster.replace("resource \"flink_cluster\" \"own\" {", "application = {");
        Ok(format!(
            "resource \"flink_job\" \"own\" {{\n  name = {:?}\n  jar = {{ uri = \"local:///opt/flink/usrlib/app.jar\" }}\n  args = {:?}\n  parallelism = {}\n  upgrade = {{ verify = \"dry_run\" }}\n{body}}}\n",
            job.name,
            job.arguments(&[]),
            job.splits,
        ))
    }

    /// What a Role allows.
    pub(crate) async fn role(&self, (_, role): Account) -> Outcome<BTreeSet<Access>> {
        let role = self.namespace.get("role", role).await?;
        let texts = |value: &Value| -> Vec<String> {
            let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        };
        let mut all = BTreeSet::new();
        for rule in role["rules"].as_array().into_iter().flatten() {
            for group in texts(&rule["apiGroups"]) {
                for resource in texts(&rule["resources"]) {
                    for verb in texts(&rule["verbs"]) {
                        let (group, resource) = (group.clone(), resource.clone());
                        all.insert(Access { group, resource, verb });
                    }
                }
            }
        }
        Ok(all)
    }

    /// Makes a Role allow just this, and waits until it does.
    pub(crate) async fn allow(&self, who: Account, all: &BTreeSet<Access>) -> Outcome {
        let mut rules: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for Access { group, resource, verb } in all {
            rules.entry((group, resource)).or_default().push(verb);
        }
        let rule = |((group, resource), verbs): ((&str, &str), Vec<&str>)| json!({ "apiGroups": [group], "resources": [resource], "verbs": verbs });
        let rules: Vec<Value> = rules.into_iter().map(rule).collect();
        let before = self.role(who).await?;
        self.namespace.patch("role", who.1, &json!({ "rules": rules })).await?;
        let account = format!("--as=system:serviceaccount:{}:{}", self.namespace.name(), who.0);
        for access in before.symmetric_difference(all) {
            let expected = if all.contains(access) { "yes" } else { "no" };
            let Access { group, resource, verb } = access;
            let (resource, sub) = resource.split_once('/').unwrap_or((resource, ""));
            let resource = format!("{resource}.{group}");
            let sub = format!("--subresource={sub}");
            let ask = ["auth", "can-i", verb, resource.trim_end_matches('.'), &sub, &account];
            poll::until(&format!("{access}: {expected}"), PATIENCE, async || {
                // It fails where the answer is no, and says it all the same.
                let said = match self.namespace.run(&ask).await {
                    Ok(said) => said,
                    Err(failure) => format!("{failure:?}"),
                };
                said.lines().any(|line| line.trim() == expected).then_some(())
            })
            .await?;
        }
        Ok(())
    }
}

/// A right in words: `create pods`, `patch deployments.apps`.
pub(crate) fn access(told: &str) -> Access {
    let (verb, rest) = told.split_once(' ').unwrap_or_default();
    let (resource, group) = rest.split_once('.').unwrap_or((rest, ""));
    Access { group: group.to_owned(), resource: resource.to_owned(), verb: verb.to_owned() }
}
