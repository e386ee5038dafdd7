use terraform_derive::Model;

struct Attr<T>(T);

#[derive(Model)]
struct Job {
    /// Its name.
    #[attr(required, computed)]
    name: Attr<String>,
}

fn main() {}
