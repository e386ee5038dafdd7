//! Who is who on a node: one authority, a certificate for each server and user.

use crate::failure::Outcome;
use data_encoding::BASE64;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, PublicKeyData, RsaKeySize,
};
use std::fs;
use std::path::{Path, PathBuf};

/// The kind of a key. Flink's own Kubernetes client reads RSA alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// 2048 bits.
    Rsa,
    /// P-256.
    EllipticCurve,
}

impl Key {
    fn generate(self) -> Outcome<KeyPair> {
        Ok(match self {
            Self::Rsa => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?,
            Self::EllipticCurve => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?,
        })
    }
}

/// A certificate with its key, both PEM.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) certificate: String,
    pub(super) key: String,
}

/// The node's certificate authority, and the folder of what it has signed.
#[derive(Debug)]
pub(super) struct Authority {
    folder: PathBuf,
    issuer: Issuer<'static, KeyPair>,
    certificate: String,
}

impl Authority {
    /// A new one. `folder` gets its files, and those that every server needs.
    pub(super) fn new(folder: &Path) -> Outcome<Self> {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, "kubernetes");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = Key::EllipticCurve.generate()?;
        let certificate = pem("CERTIFICATE", parameters.self_signed(&key)?.der());
        fs::write(folder.join("ca.crt"), &certificate)?;
        fs::write(folder.join("ca.key"), private(&key))?;
        // What service account tokens are signed with.
        let tokens = Key::EllipticCurve.generate()?;
        fs::write(folder.join("sa.key"), private(&tokens))?;
        let public = tokens.subject_public_key_info();
        fs::write(folder.join("sa.pub"), pem("PUBLIC KEY", &public))?;
        let issuer = Issuer::new(parameters, key);
        Ok(Self { folder: folder.to_path_buf(), issuer, certificate })
    }

    /// Its certificate, PEM.
    pub(super) fn certificate(&self) -> &str {
        &self.certificate
    }

    /// A server's certificate for names and addresses, written as `<file>.crt` and `<file>.key`.
    pub(super) fn server(&self, file: &str, names: &[&str]) -> Outcome {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut parameters = CertificateParams::new(names)?;
        parameters.distinguished_name.push(DnType::CommonName, file);
        let identity = self.sign(parameters, Key::EllipticCurve)?;
        self.write(file, &identity)
    }

    /// A user's certificate, written as `<file>.crt` and `<file>.key`.
    pub(super) fn client(
        &self,
        file: &str,
        user: &str,
        group: &str,
        key: Key,
    ) -> Outcome<Identity> {
        let identity = self.user(user, group, key)?;
        self.write(file, &identity)?;
        Ok(identity)
    }

    /// A user's certificate.
    pub(super) fn user(&self, user: &str, group: &str, key: Key) -> Outcome<Identity> {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, user);
        parameters.distinguished_name.push(DnType::OrganizationName, group);
        self.sign(parameters, key)
    }

    fn sign(&self, mut parameters: CertificateParams, key: Key) -> Outcome<Identity> {
        parameters.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let key = key.generate()?;
        let certificate = parameters.signed_by(&key, &self.issuer)?;
        Ok(Identity { certificate: pem("CERTIFICATE", certificate.der()), key: private(&key) })
    }

    fn write(&self, file: &str, identity: &Identity) -> Outcome {
        fs::write(self.folder.join(format!("{file}.crt")), &identity.certificate)?;
        fs::write(self.folder.join(format!("{file}.key")), &identity.key)?;
        Ok(())
    }
}

fn private(key: &KeyPair) -> String {
    pem("PRIVATE KEY", &key.serialize_der())
}

fn pem(label: &str, der: &[u8]) -> String {
    let lines: Vec<String> = BASE64
        .encode(der)
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
