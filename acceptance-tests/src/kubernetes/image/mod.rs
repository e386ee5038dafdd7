//! Images without a registry: layers are folders below `target/real`, kept from run to run.

mod archive;
mod layers;

use super::node::Node;
use crate::failure::Outcome;
use crate::{fetch, folders};
use archive::Image;
use serde_json::json;
use std::path::{Path, PathBuf};

/// A Flink image: the behaviour of the public one (`/docker-entrypoint.sh`, `/opt/flink`, user 9999,
/// `ENABLE_BUILT_IN_PLUGINS`, `FLINK_PROPERTIES`), and what a test adds to it.
#[derive(Clone, Debug)]
pub struct ImageSpec {
    version: String,
    name: Option<String>,
    files: Vec<(String, PathBuf)>,
}

impl ImageSpec {
    /// The plain image of a version that [`crate::fetch`] knows, as `flink:<version>`.
    pub fn flink(version: &str) -> Self {
        Self { version: version.to_owned(), name: None, files: Vec::new() }
    }

    /// With a job inside, where Flink's application mode looks for it: `/opt/flink/usrlib/app.jar`.
    #[must_use]
    pub fn job(self, jar: &Path) -> Self {
        self.file("/opt/flink/usrlib/app.jar", jar)
    }

    /// With a jar in `/opt/flink/opt`, for `ENABLE_BUILT_IN_PLUGINS` to turn into a plugin.
    #[must_use]
    pub fn optional(self, jar: &Path) -> Self {
        let name = jar.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.file(&format!("/opt/flink/opt/{name}"), jar)
    }

    /// With one more file, at an absolute path.
    #[must_use]
    pub fn file(mut self, path: &str, source: &Path) -> Self {
        self.files.push((path.to_owned(), source.to_path_buf()));
        self
    }

    /// Under a name of the test's own, with its tag.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// The name that manifests give.
    pub fn name(&self) -> Outcome<String> {
        if let Some(name) = &self.name {
            return Ok(name.clone());
        }
        if self.files.is_empty() {
            return Ok(format!("flink:{}", self.version));
        }
        let content = layers::fingerprint_of_files(&self.files)?;
        Ok(format!("flink-with-{content}:{}", self.version))
    }

    /// Whether its name is a test's own choice, not told by what it is.
    pub(super) fn is_named(&self) -> bool {
        self.name.is_some()
    }

    /// Whether it is the public image of its version, as far as users can tell.
    pub(super) fn is_plain(&self) -> bool {
        self.files.is_empty() && self.name.is_none()
    }

    fn image(&self) -> Outcome<Image> {
        let mut layers = vec![layers::base()?, layers::flink(&self.version)?];
        if !self.files.is_empty() {
            layers.push(layers::files(&self.files)?);
        }
        Ok(Image { name: canonical(&self.name()?), configuration: flink(), layers })
    }
}

fn flink() -> serde_json::Value {
    let path = "/opt/flink/bin:/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    json!({
        "Env": [format!("PATH={path}"), "FLINK_HOME=/opt/flink", "JAVA_HOME=/opt/java/openjdk"],
        "Entrypoint": ["/docker-entrypoint.sh"],
        "Cmd": ["help"],
        "WorkingDir": "/opt/flink",
        "ExposedPorts": { "6123/tcp": {}, "8081/tcp": {} },
    })
}

/// The name as containerd has it: `flink:1` is `docker.io/library/flink:1`.
fn canonical(name: &str) -> String {
    let first = name.split('/').next().unwrap_or_default();
    let has_host = name.contains('/') && (first.contains(['.', ':']) || first == "localhost");
    match (has_host, name.contains('/')) {
        (true, _) => name.to_owned(),
        (false, true) => format!("docker.io/{name}"),
        (false, false) => format!("docker.io/library/{name}"),
    }
}

/// Makes everything that images of `version` are made of, so that no test has to wait for it.
pub fn prepare(version: &str) -> Outcome {
    ImageSpec::flink(version).image().map(drop)
}

/// Makes an image known to a node. Layers that it knows are left as they are.
pub(super) async fn register(node: &Node, spec: &ImageSpec) -> Outcome {
    bring(node, &spec.image()?).await
}

/// An archive of the whole image for another cluster's own way to load one.
pub(super) fn archive(spec: &ImageSpec, place: &Path) -> Outcome {
    spec.image()?.pack(place)
}

/// The image of the process that holds a pod's namespaces.
pub(super) async fn pause(node: &Node, programs: &Path) -> Outcome {
    let layer = layers::program(&programs.join("pause"))?;
    let configuration = json!({ "Entrypoint": ["/pause"], "User": "65535:65535" });
    let image = Image { name: "localhost/pause:1".to_owned(), configuration, layers: vec![layer] };
    bring(node, &image).await
}

async fn bring(node: &Node, image: &Image) -> Outcome {
    let folder = tempfile::tempdir_in(node.home())?;
    image.lay_out(folder.path())?;
    let script = folders::repository().join("acceptance-tests/kubernetes/image/register");
    let mut arguments = vec![folder.path().to_path_buf().into_os_string()];
    for (chain, layer) in image.chain().into_iter().zip(&image.layers) {
        arguments.extend([chain.into(), layer.folder.clone().into_os_string()]);
    }
    node.inside(script, &arguments).await.map(drop)
}

/// The versions that images are made ready for before the tests run.
pub const VERSIONS: [&str; 4] =
    [fetch::FLINK_1_20, fetch::FLINK_2_3, fetch::FLINK_1_18, fetch::FLINK_2_0];

#[cfg(test)]
mod tests {
    use super::{ImageSpec, canonical};

    #[test]
    fn names_are_those_that_containerd_looks_up() {
        for (name, whole) in [
            ("flink:1.20.5", "docker.io/library/flink:1.20.5"),
            ("team/orders:1", "docker.io/team/orders:1"),
            ("registry.example.com/orders:1", "registry.example.com/orders:1"),
            ("localhost/pause:1", "localhost/pause:1"),
            ("registry:5000/orders:1", "registry:5000/orders:1"),
        ] {
            assert_eq!(canonical(name), whole);
        }
    }

    #[test]
    fn only_an_image_as_it_is_published_has_the_published_name() {
        assert_eq!(ImageSpec::flink("1.20.5").name().unwrap(), "flink:1.20.5");
        let source = std::path::Path::new(file!()).file_name().unwrap();
        let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kubernetes/image");
        let with = ImageSpec::flink("1.20.5").job(&here.join(source)).name().unwrap();
        assert!(with.starts_with("flink-with-") && with.ends_with(":1.20.5"), "{with}");
    }
}
