use terraform_derive::Model;

struct Attr<T>(T);

#[derive(Model)]
struct Job {
    /// Its name.
    #[attr(required, on_chang = "upgrade")]
    name: Attr<String>,
}

fn main() {}
