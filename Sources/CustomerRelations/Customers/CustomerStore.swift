// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct CustomerStore: Sendable {
    static let index = SearchIndex(of: "customer")
    private static let addresses = AddressStore<Customer>(of: "customer")
    private static let merges = MergeStore()
    private static let contacts = ContactStore()

    /// The columns that `customer(_:in:)` reads, of `customer AS c`.
    private static let columns = """
        c.id, c.external_id, c.kind, c.role, c.name, c.source_channel, c.source_detail,
        c.lifecycle, c.stage, c.owner_id, c.time_zone, c.credit_limit, c.profile, c.version,
        c.created_at, c.updated_at, c.archived_at, \(TierStore.tierOfCustomer)
        """

    private static let findByID = "SELECT \(columns) FROM customer c WHERE c.id = $1"

    func find(_ id: ID<Customer>, in snapshot: Snapshot) throws(SQLiteError) -> Customer? {
        try snapshot.first(Self.findByID, id) { row throws(SQLiteError) in
            try customer(row, in: snapshot)
        }
    }

    /// The customer that an external id leads to: who has it, or whose part that one has become.
    func id(externalID: String, in snapshot: Snapshot) throws(SQLiteError) -> ID<Customer>? {
        try Self.merges.kept(of: holder(of: externalID, in: snapshot), in: snapshot)
    }

    /// The customer that has an external id, merged or not.
    func holder(
        of externalID: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Customer>? {
        try snapshot.first(
            "SELECT id FROM customer WHERE external_id = $1",
            externalID
        ) { row throws(SQLiteError) in try row[0] }
    }

    func exists(_ id: ID<Customer>, in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        try snapshot.first(
            "SELECT id FROM customer WHERE id = $1",
            id
        ) { row throws(SQLiteError) in try row[0] as Int64 } != nil
    }

    func isArchived(_ id: ID<Customer>, in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        try isPresent(id, in: snapshot) == false
    }

    /// Whether a customer is not archived; nil if there is no such customer.
    func isPresent(_ id: ID<Customer>, in snapshot: Snapshot) throws(SQLiteError) -> Bool? {
        try snapshot.first(
            "SELECT archived_at IS NULL FROM customer WHERE id = $1",
            id
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The external id of a customer, who may have none; nil if there is no such customer.
    func externalID(of id: ID<Customer>, in snapshot: Snapshot) throws(SQLiteError) -> String?? {
        try snapshot.first(
            "SELECT external_id FROM customer WHERE id = $1",
            id
        ) { row throws(SQLiteError) in try row[0] as String? }
    }

    /// The customers without external id at a place where rows look for them, in the order of their
    /// ids.
    func named(
        at place: NameWithPhones.Place,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Named<Customer>] {
        switch place {
        case .name(let name):
            return try snapshot.all(
                """
                SELECT c.id FROM customer c
                WHERE c.name = $1 AND coalesce(c.external_id, '') = ''
                    AND NOT EXISTS (SELECT 1 FROM customer_phone p WHERE p.customer_id = c.id)
                ORDER BY c.id
                """,
                name
            ) { row throws(SQLiteError) in
                try Named(id: row[0], content: NameWithPhones(name))
            }
        case .phone(let phone):
            var all: [Named<Customer>] = []
            try snapshot.forEach(
                """
                SELECT p.customer_id, c.name, x.e164
                FROM customer_phone p JOIN customer c ON c.id = p.customer_id
                    JOIN customer_phone x ON x.customer_id = p.customer_id
                WHERE p.e164 = $1 AND coalesce(c.external_id, '') = ''
                ORDER BY p.customer_id
                """,
                phone
            ) { row throws(SQLiteError) in
                let id: ID<Customer> = try row[0]
                if all.last?.id != id {
                    all.append(Named(id: id, content: NameWithPhones(try row[1])))
                }
                all[all.count - 1].content.phones.insert(try row[2])
            }
            return all.filter { $0.content.place == place }
        }
    }

    private static let referenceByID =
        "SELECT c.id, c.name, \(TierStore.tierOfCustomer) FROM customer c WHERE c.id = $1"

    func reference(
        _ id: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> CustomerReference? {
        try snapshot.first(Self.referenceByID, id) { row throws(SQLiteError) in
            try CustomerReference(id: row[0], name: row[1], tier: row[2])
        }
    }

    /// The customers, archived ones left out, that have the number, or one of whose people has it; at
    /// most ten of them.
    func references(
        phone e164: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [CustomerReference] {
        try snapshot.all(
            """
            SELECT c.id, c.name, \(TierStore.tierOfCustomer) FROM customer c
            WHERE c.archived_at IS NULL AND c.id IN (
                SELECT p.customer_id FROM customer_phone p WHERE p.e164 = $1
                UNION ALL
                SELECT k.customer_id FROM contact_phone p JOIN contact k ON k.id = p.contact_id
                WHERE p.e164 = $1 AND k.archived_at IS NULL
            )
            ORDER BY c.id LIMIT 10
            """,
            e164
        ) { row throws(SQLiteError) in
            try CustomerReference(id: row[0], name: row[1], tier: row[2])
        }
    }

    func page(
        _ filter: CustomerFilter,
        _ request: PageRequest<CustomerSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Customer> {
        var select = PagedSelect(Self.columns, from: "customer c")
        select.filter("c.archived_at IS NULL")
        select.filter("c.kind = $?", filter.kind)
        select.filter("c.lifecycle = $?", filter.lifecycle)
        select.filter("c.stage = $?", filter.stage)
        select.filter("c.owner_id = $?", filter.ownerID)
        select.filter("c.updated_at >= $?", filter.updatedSince)
        select.filter("\(TierStore.tierOfCustomer) = $?", filter.tier)
        select.filter(
            """
            EXISTS (SELECT 1 FROM customer_tag t WHERE t.tag = $? AND t.customer_id = c.id)
            """,
            filter.tag
        )
        select.search(
            Self.index,
            of: "c",
            for: filter.text,
            orDigits: filter.text.flatMap(PhoneNumber.searchDigits),
            naming: "c.name"
        )
        return try select.page(request, key: request.sorting.key, in: snapshot) {
            row throws(SQLiteError) in
            try customer(row, in: snapshot)
        } keyOf: { customer in
            request.sorting.key(of: customer)
        }
    }

    func insert(
        _ details: CustomerDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Customer>? {
        let searchText = details.searchText()
        let inserted = try transaction.insert(
            """
            INSERT INTO customer (external_id, kind, role, name, source_channel, source_detail,
                lifecycle, owner_id, time_zone, credit_limit, profile, search_text, version,
                created_at, updated_at, name_key)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $13, $14)
            """,
            details.externalID,
            details.kind,
            details.role,
            details.name,
            details.source?.channel,
            details.source?.detail,
            details.lifecycle,
            details.ownerID,
            details.timeZone,
            details.creditLimit,
            details.profile,
            searchText,
            now,
            details.nameKey
        )
        guard let inserted else { return nil }
        let id = ID<Customer>(rawValue: inserted)
        try Self.index.insert(searchText, of: inserted, in: transaction)
        try insertLists(of: details, id, in: transaction)
        return id
    }

    func update(
        _ id: ID<Customer>,
        to details: CustomerDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let searchText = try searchText(of: id, details, in: transaction)
        try Self.index.replace(of: id.rawValue, by: searchText, in: transaction)
        try transaction.run(
            """
            UPDATE customer SET external_id = $2, kind = $3, role = $4, name = $5,
                source_channel = $6, source_detail = $7, lifecycle = $8, owner_id = $9,
                time_zone = $10, credit_limit = $11, profile = $12, search_text = $13,
                version = version + 1, updated_at = $14, name_key = $15
            WHERE id = $1
            """,
            id,
            details.externalID,
            details.kind,
            details.role,
            details.name,
            details.source?.channel,
            details.source?.detail,
            details.lifecycle,
            details.ownerID,
            details.timeZone,
            details.creditLimit,
            details.profile,
            searchText,
            now,
            details.nameKey
        )
        try Self.addresses.delete(of: id, in: transaction)
        try transaction.run("DELETE FROM customer_tag WHERE customer_id = $1", id)
        try insertLists(of: details, id, in: transaction)
    }

    /// Writes down anew what a customer is found by, after its people have changed.
    func rewriteText(of id: ID<Customer>, in transaction: Transaction) throws(SQLiteError) {
        guard let details = try find(id, in: transaction)?.details else { return }
        let searchText = try searchText(of: id, details, in: transaction)
        try Self.index.replace(of: id.rawValue, by: searchText, in: transaction)
        try transaction.run(
            "UPDATE customer SET search_text = $2 WHERE id = $1",
            id,
            searchText
        )
    }

    private func searchText(
        of id: ID<Customer>,
        _ details: CustomerDetails,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> String {
        details.searchText(
            with: try Self.merges.aliases(of: id, in: snapshot),
            try Self.contacts.texts(of: id, in: snapshot)
        )
    }

    func archive(
        _ id: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE customer SET archived_at = $2, updated_at = $2, version = version + 1
            WHERE id = $1
            """,
            id,
            now
        )
    }

    /// Leaves the external id of a customer to another, who gets it before this one is written anew.
    func releaseExternalID(
        of id: ID<Customer>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run("UPDATE customer SET external_id = NULL WHERE id = $1", id)
    }

    /// Has a customer be there again.
    func restore(_ id: ID<Customer>, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run("UPDATE customer SET archived_at = NULL WHERE id = $1", id)
    }

    /// How many phones, e-mails and tags the richest customer has of each.
    func places(in snapshot: Snapshot) throws(SQLiteError) -> [String: Int] {
        let counts = try snapshot.first(
            """
            SELECT (SELECT coalesce(max(position) + 1, 0) FROM customer_phone),
                (SELECT coalesce(max(position) + 1, 0) FROM customer_email),
                (SELECT coalesce(max(position) + 1, 0) FROM customer_tag)
            """
        ) { row throws(SQLiteError) in
            try ["phones": row[0] as Int, "emails": row[1], "tags": row[2]]
        }
        return counts ?? [:]
    }

    private func insertLists(
        of details: CustomerDetails,
        _ id: ID<Customer>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try Self.addresses.insert(details.phones, details.emails, of: id, in: transaction)
        for (position, tag) in details.tags.enumerated() {
            try transaction.run(
                "INSERT INTO customer_tag (customer_id, position, tag) VALUES ($1, $2, $3)",
                id,
                position,
                tag
            )
        }
    }

    private func customer(
        _ row: borrowing Row,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Customer {
        let id: ID<Customer> = try row[0]
        let channel: CustomerSource.Channel? = try row[5]
        let sourceDetail: String? = try row[6]
        return try Customer(
            id: id,
            details: CustomerDetails(
                kind: row[2],
                role: row[3],
                name: row[4],
                externalID: row[1],
                phones: Self.addresses.phones(of: id, in: snapshot),
                emails: Self.addresses.emails(of: id, in: snapshot),
                source: channel.map { CustomerSource(channel: $0, detail: sourceDetail) },
                lifecycle: row[7],
                ownerID: row[9],
                tags: tags(of: id, in: snapshot),
                timeZone: row[10],
                creditLimit: row[11],
                profile: row[12]
            ),
            tier: row[17],
            stage: row[8],
            version: row[13],
            createdAt: row[14],
            updatedAt: row[15],
            archivedAt: row[16]
        )
    }

    private func tags(
        of id: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [String] {
        try snapshot.all(
            "SELECT tag FROM customer_tag WHERE customer_id = $1 ORDER BY position",
            id
        ) { row throws(SQLiteError) in try row[0] }
    }
}

extension CustomerSorting {
    fileprivate var key: [String] {
        switch self {
        case .id: ["c.id"]
        case .createdAt: ["c.created_at", "c.id"]
        case .updatedAt: ["c.updated_at", "c.id"]
        case .name: ["c.name", "c.id"]
        }
    }

    fileprivate func key(of customer: Customer) -> [StoredValue] {
        switch self {
        case .id: [customer.id.stored]
        case .createdAt: [customer.createdAt.stored, customer.id.stored]
        case .updatedAt: [customer.updatedAt.stored, customer.id.stored]
        case .name: [customer.details.name.stored, customer.id.stored]
        }
    }
}

// MARK: - Texts of before contacts were searched

extension CustomerStore {
    /// Writes down anew what some of the customers are found by of whom that does not name their
    /// people yet, and tells whether there were any.
    func rewriteTexts(limit: Int, in transaction: Transaction) throws(SQLiteError) -> Bool {
        let waiting = try transaction.all(
            "SELECT customer_id FROM customer_text_backlog ORDER BY customer_id LIMIT $1",
            limit
        ) { row throws(SQLiteError) in try row[0] as ID<Customer> }
        for id in waiting {
            try rewriteText(of: id, in: transaction)
            try transaction.run("DELETE FROM customer_text_backlog WHERE customer_id = $1", id)
        }
        return !waiting.isEmpty
    }

    func hasTextBacklog(in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        try snapshot.first(
            "SELECT customer_id FROM customer_text_backlog ORDER BY customer_id LIMIT 1"
        ) { row throws(SQLiteError) in try row[0] as Int64 } != nil
    }

    private func isWaiting(
        _ id: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Bool {
        try snapshot.first(
            "SELECT customer_id FROM customer_text_backlog WHERE customer_id = $1",
            id
        ) { row throws(SQLiteError) in try row[0] as Int64 } != nil
    }
}

// MARK: - Checking

extension CustomerStore {
    /// The customers whose search text is not what their details make.
    func unfitSearchTexts(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        var unfit: [Int64] = []
        try snapshot.forEach(
            "SELECT id, search_text FROM customer ORDER BY id"
        ) { row throws(SQLiteError) in
            let id: ID<Customer> = try row[0]
            let text: String = try row[1]
            guard let details = try find(id, in: snapshot)?.details,
                try searchText(of: id, details, in: snapshot) != text,
                try !isWaiting(id, in: snapshot)
            else { return }
            unfit.append(id.rawValue)
        }
        return unfit
    }

    /// The customers whose name's key is not what their name makes.
    func unfitNameKeys(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        var unfit: [Int64] = []
        try snapshot.forEach(
            "SELECT id, name, name_key FROM customer"
        ) { row throws(SQLiteError) in
            let (name, key): (String, String) = (try row[1], try row[2])
            guard TextFolding.key(name) != key else { return }
            unfit.append(try row[0])
        }
        return unfit
    }

    /// The customers with a phone whose E.164 form or digits are not those of what was typed.
    func unfitPhones(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try Self.addresses.unfitPhones(in: snapshot)
    }
}

extension CustomerDetails {
    /// What `q` searches: a folded line for each way to name the customer or its people, phones as
    /// their digits.
    ///
    /// `aliases` name those who have become part of it.
    fileprivate func searchText(
        with aliases: [String] = [],
        _ contacts: ContactTexts = ContactTexts(names: [], emails: [], phones: [])
    ) -> String {
        let lines =
            [name, externalID].compactMap { $0 } + emails + aliases + contacts.names
            + contacts.emails
        let numbers = (phones + contacts.phones).map(\.digits)
        return (lines.map(TextFolding.fold) + numbers).joined(separator: "\n")
    }

    fileprivate var nameKey: String { TextFolding.key(name) }
}
