//! Whole clusters as YAML.

use flink::Version;

use super::*;
use crate::description::{RestTls, RestTlsSource};
use crate::examples;

/// The objects as a user reads them, after what there is to say about them.
fn page(cluster: &Cluster) -> String {
    let rendered = render(cluster).unwrap();
    let warnings: Vec<String> =
        rendered.warnings.iter().map(|warning| format!("# {warning}\n")).collect();
    warnings.concat() + &crate::yaml(&rendered.objects)
}

#[test]
fn minimal() {
    insta::assert_snapshot!(page(&examples::minimal()));
}

#[test]
fn locked_down_with_credentials_from_a_secret() {
    insta::assert_snapshot!(page(&examples::locked()));
}

#[test]
fn everything() {
    insta::assert_snapshot!(page(&examples::everything()));
}

#[test]
fn high_availability_on_kubernetes() {
    insta::assert_snapshot!(page(&examples::on_kubernetes()));
}

/// A leader that hands its jars over by address says one that other pods resolve.
#[test]
fn each_of_several_job_managers_is_bound_where_the_others_find_it() {
    for (minor, is_bound) in [(0, false), (1, true), (3, true)] {
        let cluster =
            Cluster { flink_version: Version::new(2, minor, 0), ..examples::on_zookeeper() };
        let bodies: Vec<String> =
            render(&cluster).unwrap().objects.iter().map(|it| it.body.to_string()).collect();
        let said = bodies.concat().matches("jobmanager.bind-host=$(_POD_IP_ADDRESS)").count();
        assert_eq!(said, usize::from(is_bound), "2.{minor}");
    }
}

#[test]
fn high_availability_with_zookeeper() {
    insta::assert_snapshot!(page(&examples::on_zookeeper()));
}

#[test]
fn an_application() {
    insta::assert_snapshot!(page(&examples::application()));
}

#[test]
fn flink_1_18_has_its_own_file_and_spellings() {
    let mut cluster = examples::everything();
    cluster.flink_version = Version::new(1, 18, 1);
    cluster.image.name = "flink:1.18.1".to_owned();
    insta::assert_snapshot!(config_file(&cluster));
}

#[test]
fn flink_2_has_its_own_spellings() {
    let mut cluster = examples::everything();
    cluster.flink_version = Version::new(2, 3, 0);
    cluster.image.name = "flink:2.3.0".to_owned();
    insta::assert_snapshot!(config_file(&cluster));
}

/// The configuration file alone, with its name.
fn config_file(cluster: &Cluster) -> String {
    let rendered = render(cluster).unwrap();
    let data = rendered
        .objects
        .iter()
        .filter(|object| object.kind == "ConfigMap")
        .find_map(|it| it.body.get("data"));
    let files = data.unwrap().as_object().unwrap();
    let (name, text) = files
        .iter()
        .find(|(name, _)| matches!(name.as_str(), "config.yaml" | "flink-conf.yaml"))
        .unwrap();
    format!("{name}\n{}", text.as_str().unwrap())
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    for cluster in [examples::minimal(), examples::everything()] {
        assert_eq!(page(&cluster), page(&cluster.clone()));
    }
}

#[test]
fn every_object_is_found_by_our_two_labels_and_is_in_the_namespace() {
    for object in render(&examples::everything()).unwrap().objects {
        let of = |pointer: &str| {
            object.body.pointer(pointer).and_then(|it| it.as_str()).unwrap_or_default().to_owned()
        };
        let what = format!("{} {}", object.kind, object.name);
        assert_eq!(
            of("/metadata/labels/app.kubernetes.io~1managed-by"),
            "terraform-provider-flink",
            "{what}"
        );
        assert_eq!(of("/metadata/labels/flink.terraform-provider~1cluster"), "orders", "{what}");
        assert_eq!(
            (of("/metadata/namespace"), of("/metadata/name")),
            (object.namespace, object.name),
            "{what}"
        );
        assert_eq!(
            (of("/apiVersion"), of("/kind")),
            (object.api_version.to_owned(), object.kind.to_owned())
        );
    }
}

#[test]
fn a_certificate_in_pem_form_goes_to_the_job_manager_alone() {
    let mut cluster = examples::minimal();
    cluster.rest.tls = Some(RestTls {
        secret: "tls".to_owned(),
        source: RestTlsSource::Pem,
        client_authentication: true,
    });
    let rendered = render(&cluster).unwrap();
    let with_secret: Vec<&str> = rendered
        .objects
        .iter()
        .filter(|it| it.kind == "Deployment" && it.body.to_string().contains("flink-rest-tls"))
        .map(|object| object.name.as_str())
        .collect();
    assert_eq!(with_secret, ["orders-jobmanager"]);
    for strategy in [Strategy::Standalone, Strategy::Native] {
        cluster.strategy = strategy;
        let objects = render(&cluster).unwrap().objects;
        let service = objects.iter().find(|it| it.kind == "Service" && it.name == "orders-rest");
        assert_eq!(
            service.unwrap().body["spec"]["ports"][0]["appProtocol"],
            "https",
            "{strategy:?}"
        );
    }
    assert_eq!(rendered.warnings, []);
}
