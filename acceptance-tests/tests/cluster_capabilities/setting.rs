//! A namespace under the level `restricted`, with what the cluster in it is given.

use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::{Cluster, ImageSpec, JVM_OPTIONS, Namespace};
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Outcome, fetch, zookeeper};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

pub(crate) const CLUSTER: &str = "flink_cluster.it";
pub(crate) const JOB: &str = "flink_job.it";
pub(crate) const SECRET: &str = "very secret";
/// A configuration file has to quote it.
const PASSWORD: &str = r#"pa"ss\word"#;
/// Of both processes.
const PROCESS: &str = r#"cpu              = 0.1
  cpu_limit_factor = 20
  memory           = "1g"
  env_secrets      = { KEY = { secret = "credentials", key = "key" } }"#;

pub(crate) struct Setting {
    pub(crate) namespace: Namespace,
    pub(crate) workspace: Workspace,
    pub(crate) counting: Counting,
    image: String,
}

impl Setting {
    pub(crate) async fn new() -> Outcome<Self> {
        let cluster = Cluster::shared().await?;
        let image = cluster.image(&ImageSpec::flink(fetch::FLINK_2_3)).await?;
        let namespace = cluster.namespace("capable").await?;
        let workspace = Workspace::new("http://unused")?.enter(cluster.kubectl());
        let counting = namespace.counting("capable", 1)?;
        let it = Self { namespace, workspace, counting, image };
        let level = "pod-security.kubernetes.io/enforce=restricted";
        it.namespace.run(&["label", "namespace", it.namespace.name(), level]).await?;
        it.namespace.apply(&it.given()?).await?;
        zookeeper::start(&it.namespace, &it.image).await?;
        Ok(it)
    }

    fn shared(&self) -> String {
        self.namespace.shared_folder().display().to_string()
    }

    /// Certificate, credential, settings, and a volume that both see.
    fn given(&self) -> Outcome<String> {
        let keystore = BASE64.encode(&self.keystore()?);
        let mut given: Vec<Value> = vec![
            json!({
                "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "rest-tls" },
                "data": { "keystore.p12": keystore }, "stringData": { "password": PASSWORD },
            }),
            json!({
                "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "credentials" },
                "stringData": { "key": SECRET },
            }),
            json!({
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "settings" },
                "data": { "mode": " fast" },
            }),
            json!({
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "hadoop" },
                "data": {
                    "core-site.xml": "<configuration/>", "hdfs-site.xml": "<configuration/>",
                },
            }),
        ];
        given.extend(self.volume());
        Ok(json!({ "apiVersion": "v1", "kind": "List", "items": given }).to_string())
    }

    /// What the JobManager shows, and what the provider is to trust in the workspace's `rest.pem`.
    fn keystore(&self) -> Outcome<Vec<u8>> {
        let keystore = self.workspace.path().join("keystore.p12");
        let san = format!("san=dns:orders-rest.{}.svc", self.namespace.name());
        let of_it = |arguments: &[&str]| -> Outcome {
            let mut keytool = Command::new("keytool");
            keytool.args(arguments).args(["-alias", "rest", "-storepass", PASSWORD, "-keystore"]);
            let made = keytool.arg(&keystore).output()?;
            assert!(made.status.success(), "{made:?}");
            Ok(())
        };
        let key = ["-genkeypair", "-keyalg", "RSA", "-dname", "CN=orders-rest", "-validity", "2"];
        of_it(&[&key[..], &["-storetype", "PKCS12", "-ext", &san]].concat())?;
        let certificate = self.workspace.path().join("rest.pem").display().to_string();
        of_it(&["-exportcert", "-rfc", "-file", &certificate])?;
        Ok(fs::read(&keystore)?)
    }

    /// No pod here may use a folder of the node's but by a claim.
    fn volume(&self) -> [Value; 2] {
        let name = self.namespace.name();
        let size = json!({ "storage": "1Gi" });
        let claim = json!({ "namespace": name, "name": "shared" });
        [
            json!({
                "apiVersion": "v1", "kind": "PersistentVolume", "metadata": { "name": name },
                "spec": {
                    "capacity": size, "accessModes": ["ReadWriteMany"], "claimRef": claim,
                    "persistentVolumeReclaimPolicy": "Retain", "storageClassName": "",
                    "hostPath": { "path": self.shared() },
                },
            }),
            json!({
                "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                "metadata": { "name": "shared" },
                "spec": {
                    "accessModes": ["ReadWriteMany"], "storageClassName": "", "volumeName": name,
                    "resources": { "requests": size },
                },
            }),
        ]
    }

    /// From now on the provider goes this way.
    pub(crate) fn way(&self, access: &str) -> Outcome {
        self.workspace.write(
            "provider.tf",
            &format!(
                "terraform {{\n  required_providers {{\n    flink = {{ source = \"terraform-provider-flink/flink\" }}\n  }}\n}}\n\nprovider \"flink\" {{\n  access = {access:?}\n  rest   = {{ ca_certificate = file(\"rest.pem\") }}\n}}\n"
            ),
        )
    }

    /// The cluster with its high availability, and the job on it.
    pub(crate) fn configure(&self, available: &str, jar: Jar) -> Outcome {
        let hcl = include_str!("cluster.tf")
            .replace("AVAILABLE", available)
            .replace("PROCESS", PROCESS)
            .replace("NAMESPACE", self.namespace.name())
            .replace("IMAGE", &self.image)
            .replace("JVM", JVM_OPTIONS)
            .replace("SHARED", &self.shared());
        let job = self.counting.resource(jar, &[], "cluster = flink_cluster.it.ref")?;
        self.workspace.configure(&(hcl + &job))
    }
}
