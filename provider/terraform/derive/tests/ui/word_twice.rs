use terraform_derive::Model;

struct Attr<T>(T);

#[derive(Model)]
struct Job {
    /// Its name.
    #[attr(optional, sensitive, sensitive)]
    name: Attr<String>,
}

fn main() {}
