// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Migrations
import SQLite
import TestSupport

/// A database in memory with texts, and the services that search them.
///
/// Texts are put together from few words of several languages, so that each part of one stands in
/// others too.
struct SearchBase {
    private static let words = [
        "退款", "快递", "太慢", "客服", "态度", "很好", "的", "我", "iPhone", "iPad", "ＡＢＣ", "Zürich",
        "ß", "10086", "138", "😀", "👍🏽", "，", "。", "!", "\"", "'", "%", "_", "*", "(", ")", "-", "+",
        "AND", "NEAR", "OR", " ", "  ", "\t", "\u{3000}", "①", "㈱", "ﬁ", "İ", "が", "ｶﾞ", "한국", "\\",
        "上海", "海", "张三", "a@b.cn", "𠮷", "\u{E022}", "\u{200B}", "x", "xy", "xyz", "^", ":", "{",
    ]

    let connection: Connection
    let customers: CustomerService
    let contacts: ContactService
    let interactions: InteractionService
    let search = SearchService()
    var generator: SeededGenerator

    init(seed: UInt64) throws {
        connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        _ = try Migrator(Migrations.all).migrate(connection, at: 0)
        let services = PlainServices()
        customers = services.customers
        contacts = services.contacts
        interactions = services.interactions
        generator = SeededGenerator(seed: seed)
    }

    var occasion: Occasion { Occasion(at: Instant(rawValue: 0), actor: "test", requestID: "r") }

    /// A text of some words.
    mutating func text(words: ClosedRange<Int>) -> String {
        let count = Int.random(in: words, using: &generator)
        return (0..<count).map { _ in Self.words.randomElement(using: &generator) ?? "" }.joined()
    }

    /// Some characters of a text that stand side by side, none of them cut.
    mutating func part(of text: String) -> String {
        let characters = Array(text)
        guard !characters.isEmpty else { return "" }
        let start = Int.random(in: characters.indices, using: &generator)
        let length = Int.random(in: 1...8, using: &generator)
        return String(characters[start..<min(characters.count, start + length)])
    }

    mutating func addInteraction(_ summary: String) throws -> ID<Interaction> {
        let details = InteractionDetails(
            direction: .inbound,
            content: .opinion,
            channel: .phone,
            occurredAt: Instant(rawValue: -Int64.random(in: 0...1_000_000, using: &generator)),
            summary: summary
        )
        return try connection.write { transaction in
            try interactions.record(
                NewInteraction(customer: .id(ID(rawValue: 1)), details: details, promises: []),
                by: occasion,
                in: transaction
            ).id
        }
    }

    /// The ids of all interactions that `q` finds, page by page.
    func search(
        _ text: String,
        _ sorting: InteractionSorting,
        isDescending: Bool,
        limit: Int = 7
    ) throws -> [ID<Interaction>] {
        var found: [ID<Interaction>] = []
        var after: [StoredValue]?
        repeat {
            let request = PageRequest(
                limit: limit,
                after: after,
                sorting: sorting,
                isDescending: isDescending
            )
            let page = try connection.read { snapshot in
                try interactions.list(InteractionFilter(text: text), request, in: snapshot)
            }
            found += page.rows.map(\.id)
            after = page.next
        } while after != nil
        return found
    }

    /// The ids of the interactions among the best that a search for words finds, and whether there
    /// are more.
    func best(_ text: String, limit: Int = 50) throws -> (ids: [Int64], isCut: Bool) {
        guard let query = SearchQuery(text) else { return ([], false) }
        let result = try connection.read { snapshot in
            try search.find(
                query,
                among: [.interaction],
                showsContacts: false,
                limit: limit,
                at: Instant(rawValue: 0),
                in: snapshot
            )
        }
        return (result.hits.map(\.id), !result.more.isEmpty)
    }

    /// How many interactions `q` counts.
    func count(_ text: String) throws -> Int? {
        let request = PageRequest(limit: 1, sorting: InteractionSorting.id, counts: true)
        return try connection.read { snapshot in
            try interactions.list(InteractionFilter(text: text), request, in: snapshot).count
        }
    }

    /// What does not fit its source.
    func unfit() throws -> [String] {
        try connection.read { snapshot in try DerivedCheck.run(snapshot) }
    }
}

// MARK: - Customers

extension SearchBase {
    @discardableResult
    func addCustomer(
        name: String,
        externalID: String? = nil,
        emails: [String] = [],
        phone: String? = nil
    ) throws -> ID<Customer> {
        let phones = phone.flatMap { PhoneNumber($0) }.map { [CustomerPhone($0)] } ?? []
        let details = CustomerDetails(
            kind: .individual,
            name: name,
            externalID: externalID,
            phones: phones,
            emails: emails
        )
        return try connection.write { transaction in
            try customers.create(details, by: occasion, in: transaction).id
        }
    }

    @discardableResult
    func addContact(
        at customer: ID<Customer>,
        name: String,
        emails: [String] = [],
        phone: String? = nil
    ) throws -> Contact {
        let phones = phone.flatMap { PhoneNumber($0) }.map { [CustomerPhone($0)] } ?? []
        return try connection.write { transaction in
            try contacts.create(
                ContactDetails(name: name, phones: phones, emails: emails),
                at: customer,
                by: occasion,
                in: transaction
            )
        }
    }

    func rename(_ id: ID<Customer>, to name: String) throws {
        try connection.write { transaction in
            let customer = try customers.find(id, in: transaction)
            var details = customer.details
            details.name = name
            _ = try customers.change(customer, to: details, by: occasion, in: transaction)
        }
    }

    /// The names of all customers that `q` finds, page by page.
    func names(
        with text: String,
        _ sorting: CustomerSorting,
        isDescending: Bool
    ) throws -> [String] {
        var found: [String] = []
        var after: [StoredValue]?
        repeat {
            let request = PageRequest(
                limit: 50,
                after: after,
                sorting: sorting,
                isDescending: isDescending
            )
            let page = try connection.read { snapshot in
                try customers.list(CustomerFilter(text: text), request, in: snapshot)
            }
            found += page.rows.map(\.details.name)
            after = page.next
        } while after != nil
        return found
    }

    /// The ids of all customers that `q` finds.
    func customers(with text: String) throws -> [ID<Customer>] {
        let request = PageRequest(limit: 500, sorting: CustomerSorting.id)
        return try connection.read { snapshot in
            try customers.list(CustomerFilter(text: text), request, in: snapshot).rows.map(\.id)
        }
    }
}

// MARK: - Records of before

extension SearchBase {
    /// Adds interactions as they were before there was an index: “的款” with their number.
    func addFrequentWord(times: Int) throws {
        try connection.write { transaction in
            try transaction.run(
                """
                WITH RECURSIVE number (n) AS
                    (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < $1)
                INSERT INTO interaction (customer_id, direction, content, channel, occurred_at,
                    summary, search_text, version, created_at, updated_at)
                SELECT 1, 'inbound', 'idea', 'phone', -(n * 7919 % 4099), '的款' || n, '的款' || n,
                    1, 0, 0
                FROM number
                """,
                times
            )
            try transaction.run(
                """
                INSERT INTO search_backlog (table_name, next_id, last_id)
                SELECT 'interaction', min(id), max(id) FROM interaction
                """
            )
        }
    }

    /// Indexes some of them, and tells whether there may be more.
    @discardableResult
    func catchUp(limit: Int = 10_000) throws -> Bool {
        try connection.write { transaction in
            try SearchIndex(of: "interaction").catchUp(limit: limit, in: transaction)
        }
    }

    func changeSummary(of id: Int64, to summary: String) throws {
        try connection.write { transaction in
            try SearchIndex(of: "interaction").replace(of: id, by: summary, in: transaction)
            try transaction.run(
                "UPDATE interaction SET summary = $2, search_text = $2 WHERE id = $1",
                id,
                summary
            )
        }
    }
}
