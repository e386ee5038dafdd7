use terraform_derive::Model;

struct Attr<T>(T);

#[derive(Model)]
struct Job {
    /// Its state.
    #[attr(optional, default = "running")]
    state: Attr<String>,
}

fn main() {}
