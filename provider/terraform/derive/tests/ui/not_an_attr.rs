use terraform_derive::Model;

struct Attr<T>(T);

#[derive(Model)]
struct Job {
    /// Its name.
    #[attr(required)]
    name: Attr<String>,
    /// How many.
    #[attr(required)]
    parallelism: i64,
}

fn main() {}
