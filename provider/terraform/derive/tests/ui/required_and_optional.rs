use terraform_derive::Model;

struct Attr<T>(T);

#[derive(Model)]
struct Job {
    /// Its name.
    #[attr(required, optional)]
    name: Attr<String>,
}

fn main() {}
