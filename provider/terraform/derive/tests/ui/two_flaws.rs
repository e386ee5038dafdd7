use terraform_derive::Model;

struct Attr<T>(T);

#[derive(Model)]
struct Job {
    #[attr(required)]
    name: Attr<String>,
    /// Its state.
    #[attr(sensitive)]
    state: Attr<String>,
}

fn main() {}
