//! Pages of one kind: what a page is likened to while little is known of it alone.

/// First segment of the path and shape: `/invoices/:id/edit` is a form of invoices, `/invoices/:id` one of them,
/// `/invoices` the list. Pages that look alike are used alike; no more is known without looking at the page.
pub(super) fn page_type(template: &str) -> String {
    let mut segments = template.split('/').filter(|it| !it.is_empty());
    let first = segments.clone().next().unwrap_or_default();
    let shape = match segments.next_back() {
        Some(last) if FORMS.contains(&last) => "form",
        Some(last) if last.starts_with(':') || last == "*" => "detail",
        _ => "list",
    };
    format!("{first} {shape}")
}

/// Where something is filled in, by the conventions of the common frameworks.
const FORMS: [&str; 10] =
    ["new", "edit", "create", "add", "signup", "sign-up", "register", "checkout", "settings", "import"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_one_kind_have_one_type() {
        assert_eq!(page_type("/invoices/:id"), page_type("/invoices/draft/:id"));
        assert_eq!(page_type("/invoices/new"), page_type("/invoices/:id/edit"));
        assert_ne!(page_type("/invoices"), page_type("/invoices/:id"));
        assert_ne!(page_type("/invoices"), page_type("/customers"));
        assert_eq!(page_type("/"), " list");
    }
}
