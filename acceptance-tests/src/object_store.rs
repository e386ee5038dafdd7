//! An object store in a namespace: a real server that speaks S3, in a pod, as a store would stand
//! beside Flink, with the keys in a Secret.
//!
//! A bucket is a folder that the test sees, too: it lays jars into it and finds savepoints there.
//!
//! Deliberately not here: what an operator of a store decides, such as TLS or several users.

use crate::failure::{Failure, Outcome};
use crate::folders;
use crate::kubernetes::Namespace;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const NAME: &str = "object-store";
const PORT: u16 = 7070;
const START: Duration = Duration::from_mins(2);

/// A store with one bucket; gone with its namespace.
#[derive(Debug)]
pub struct ObjectStore {
    bucket: PathBuf,
}

impl ObjectStore {
    /// The Secret with the keys, `id` and `key`, in the namespace of the store.
    pub const SECRET: &str = "s3";
    /// The key that must be found nowhere but in that Secret.
    pub const KEY: &str = "this-is-known-to-pods-alone";
    /// What comes before the path of an object.
    pub const BUCKET: &str = "s3://flink";

    /// Starts one in a pod of any `image`: the server needs nothing of it.
    pub async fn start(namespace: &Namespace, image: &str) -> Outcome<Self> {
        let folder = namespace.shared_folder().join(NAME);
        let bucket = folder.join("buckets/flink");
        fs::create_dir_all(&bucket)?;
        for open in [&folder, &folder.join("buckets"), &bucket] {
            fs::set_permissions(open, fs::Permissions::from_mode(0o777))?;
        }
        fs::copy(program()?, folder.join("server"))?;
        for object in objects(&folder, image) {
            namespace.apply(&object.to_string()).await?;
        }
        namespace.ready("deployment", NAME, START).await?;
        Ok(Self { bucket })
    }

    /// Where it answers within its namespace.
    pub fn endpoint() -> String {
        format!("http://{NAME}:{PORT}")
    }

    /// Lays a file into the bucket.
    pub fn put(&self, source: &Path, key: &str) -> Outcome<String> {
        fs::copy(source, self.bucket.join(key))?;
        Ok(format!("{}/{key}", Self::BUCKET))
    }

    /// The object of an address.
    pub fn object(&self, uri: &str) -> Outcome<PathBuf> {
        let key = uri.strip_prefix(Self::BUCKET).map(|key| key.trim_start_matches('/'));
        let key = key.ok_or_else(|| Failure::new(format!("{uri:?} is not in the bucket")))?;
        Ok(self.bucket.join(key))
    }
}

/// The server; built, or waited for who does.
fn program() -> Outcome<PathBuf> {
    let script = folders::repository().join("acceptance-tests/object-store/build");
    let output = Command::new(script).arg(folders::target()).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("the object store could not be built:\n{said}")));
    }
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
}

fn objects(folder: &Path, image: &str) -> [Value; 3] {
    let labels = json!({ "app": NAME });
    let key = |name: &str| json!({ "secretKeyRef": { "name": ObjectStore::SECRET, "key": name } });
    let container = json!({
        "name": "server",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": [folder.join("server")],
        "args": ["--port", format!(":{PORT}"), "posix", "--nometa", folder.join("buckets")],
        "env": [
            { "name": "ROOT_ACCESS_KEY", "valueFrom": key("id") },
            { "name": "ROOT_SECRET_KEY", "valueFrom": key("key") },
        ],
        "readinessProbe": { "tcpSocket": { "port": PORT }, "periodSeconds": 1 },
        "volumeMounts": [{ "name": "folder", "mountPath": folder }],
    });
    let pod = json!({
        "securityContext": { "runAsUser": 9999 },
        "terminationGracePeriodSeconds": 0,
        "containers": [container],
        "volumes": [{ "name": "folder", "hostPath": { "path": folder } }],
    });
    [
        json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": { "name": ObjectStore::SECRET },
            "stringData": { "id": "flink", "key": ObjectStore::KEY },
        }),
        json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": { "name": NAME },
            "spec": { "selector": labels, "ports": [{ "port": PORT }] },
        }),
        json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": { "name": NAME },
            "spec": {
                "selector": { "matchLabels": labels },
                "template": { "metadata": { "labels": labels }, "spec": pod },
            },
        }),
    ]
}
