//! Files of the client's machine that become objects.

use std::collections::BTreeMap;

/// Files that Flink's client takes along besides its configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// `core-site.xml` and `hdfs-site.xml` of the client's Hadoop configuration,
    /// used unless the configuration names a ConfigMap that has them.
    pub hadoop: BTreeMap<String, String>,
    /// The file behind `security.kerberos.login.keytab`, if it is there.
    pub keytab: Option<KeyTab>,
    /// The text behind `security.kerberos.krb5-conf.path`, if it is there.
    pub krb5: Option<String>,
}

/// A Kerberos key table. It is a secret and does not show in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyTab(pub Vec<u8>);

impl std::fmt::Debug for KeyTab {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyTab({} bytes)", self.0.len())
    }
}

/// The files of a Hadoop configuration that are taken along.
pub(super) const HADOOP: [&str; 2] = ["core-site.xml", "hdfs-site.xml"];
