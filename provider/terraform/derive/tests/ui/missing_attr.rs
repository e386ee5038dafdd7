use terraform_derive::Model;

struct Attr<T>(T);

#[derive(Model)]
struct Job {
    /// Its name.
    name: Attr<String>,
}

fn main() {}
