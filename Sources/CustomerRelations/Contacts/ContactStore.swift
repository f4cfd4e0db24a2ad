// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ContactStore: Sendable {
    private static let addresses = AddressStore<Contact>(of: "contact")

    /// The columns that `contact(_:in:)` reads, of `contact AS k`.
    private static let columns = """
        k.id, k.customer_id, k.name, k.title, k.department, k.reports_to_id, k.buying_role,
        k.influence, k.version, k.created_at, k.updated_at, k.archived_at, k.external_id
        """

    private static let findByID = "SELECT \(columns) FROM contact k WHERE k.id = $1"

    func find(_ id: ID<Contact>, in snapshot: Snapshot) throws(SQLiteError) -> Contact? {
        try snapshot.first(Self.findByID, id) { row throws(SQLiteError) in
            try contact(row, in: snapshot)
        }
    }

    /// The customer whose contact it is, or was.
    func customer(
        of id: ID<Contact>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Customer>? {
        try snapshot.first(
            "SELECT customer_id FROM contact WHERE id = $1",
            id
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// Whether this is a contact of the customer who has not left.
    func isPresent(
        _ id: ID<Contact>,
        at customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Bool {
        try snapshot.first(
            "SELECT 1 FROM contact WHERE id = $1 AND customer_id = $2 AND archived_at IS NULL",
            id,
            customer
        ) { _ throws(SQLiteError) in true } ?? false
    }

    /// The people of a customer who have the number, at most ten of them.
    func contacts(
        of customer: ID<Customer>,
        phone e164: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Contact] {
        try snapshot.all(Self.findByPhone, customer, e164) { row throws(SQLiteError) in
            try contact(row, in: snapshot)
        }
    }

    private static let findByPhone = """
        SELECT \(columns) FROM contact k
        WHERE k.id IN (SELECT p.contact_id FROM contact_phone p WHERE p.e164 = $2)
            AND k.customer_id = $1 AND k.archived_at IS NULL
        ORDER BY k.id LIMIT 10
        """

    /// Who reports to whom, of those who are there.
    func lines(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ReportingLines {
        var superiors: [ID<Contact>: ID<Contact>?] = [:]
        try snapshot.forEach(
            "SELECT id, reports_to_id FROM contact WHERE customer_id = $1 AND archived_at IS NULL",
            customer
        ) { row throws(SQLiteError) in
            superiors.updateValue(try row[1] as ID<Contact>?, forKey: try row[0])
        }
        return ReportingLines(superiors)
    }

    /// Those who are there, without those who report to them.
    func positions(
        at customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [OrgChart.Position] {
        try snapshot.all(
            """
            SELECT id, name, title, department, buying_role, influence, reports_to_id FROM contact
            WHERE customer_id = $1 AND archived_at IS NULL
            """,
            customer
        ) { row throws(SQLiteError) in
            try OrgChart.Position(
                id: row[0],
                name: row[1],
                title: row[2],
                department: row[3],
                buyingRole: row[4],
                influence: row[5],
                reportsToID: row[6]
            )
        }
    }

    func id(externalID: String, in snapshot: Snapshot) throws(SQLiteError) -> ID<Contact>? {
        try snapshot.first(
            "SELECT id FROM contact WHERE external_id = $1",
            externalID
        ) { row throws(SQLiteError) in try row[0] }
    }

    func count(of customer: ID<Customer>, in snapshot: Snapshot) throws(SQLiteError) -> Int {
        try snapshot.first(
            "SELECT count(*) FROM contact WHERE customer_id = $1 AND archived_at IS NULL",
            customer
        ) { row throws(SQLiteError) in try row[0] } ?? 0
    }

    /// The contacts of a customer without external id, in the order of their ids, with those who have
    /// left.
    func named(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Named<Contact>] {
        var all: [Named<Contact>] = []
        try snapshot.forEach(
            """
            SELECT k.id, k.name, p.e164
            FROM contact k LEFT JOIN contact_phone p ON p.contact_id = k.id
            WHERE k.customer_id = $1 AND coalesce(k.external_id, '') = '' ORDER BY k.id
            """,
            customer
        ) { row throws(SQLiteError) in
            let id: ID<Contact> = try row[0]
            if all.last?.id != id {
                all.append(Named(id: id, content: NameWithPhones(try row[1])))
            }
            if let phone: String = try row[2] { all[all.count - 1].content.phones.insert(phone) }
        }
        return all
    }

    /// What those who are there are found by, in the order of their ids.
    func texts(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ContactTexts {
        let names = try snapshot.all(
            """
            SELECT name FROM contact WHERE customer_id = $1 AND archived_at IS NULL ORDER BY id
            """,
            customer
        ) { row throws(SQLiteError) in try row[0] as String }
        guard !names.isEmpty else { return ContactTexts(names: [], emails: [], phones: []) }
        return ContactTexts(
            names: names,
            emails: try snapshot.all(
                """
                SELECT e.address FROM contact k JOIN contact_email e ON e.contact_id = k.id
                WHERE k.customer_id = $1 AND k.archived_at IS NULL ORDER BY k.id, e.position
                """,
                customer
            ) { row throws(SQLiteError) in try row[0] },
            phones: try snapshot.all(
                """
                SELECT p.typed, p.e164, p.digits, p.label
                FROM contact k JOIN contact_phone p ON p.contact_id = k.id
                WHERE k.customer_id = $1 AND k.archived_at IS NULL ORDER BY k.id, p.position
                """,
                customer
            ) { row throws(SQLiteError) in
                try CustomerPhone(typed: row[0], e164: row[1], digits: row[2], label: row[3])
            }
        )
    }

    /// How many phones and e-mails the richest contact has of each.
    func places(in snapshot: Snapshot) throws(SQLiteError) -> [String: Int] {
        let counts = try snapshot.first(
            """
            SELECT (SELECT coalesce(max(position) + 1, 0) FROM contact_phone),
                (SELECT coalesce(max(position) + 1, 0) FROM contact_email)
            """
        ) { row throws(SQLiteError) in try ["phones": row[0] as Int, "emails": row[1]] }
        return counts ?? [:]
    }

    func page(
        _ filter: ContactFilter,
        _ request: PageRequest<ContactSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Contact> {
        var select = PagedSelect(Self.columns, from: "contact k")
        try select.filter("k.customer_id", of: filter.customerID, in: snapshot)
        select.filter("k.archived_at IS NULL")
        select.filter("k.buying_role = $?", filter.buyingRole)
        return try select.page(request, key: request.sorting.key, in: snapshot) {
            row throws(SQLiteError) in
            try contact(row, in: snapshot)
        } keyOf: { contact in
            request.sorting.key(of: contact)
        }
    }

    func insert(
        _ details: ContactDetails,
        of customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Contact>? {
        let inserted = try transaction.insert(
            """
            INSERT INTO contact (customer_id, name, title, department, reports_to_id, buying_role,
                influence, external_id, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9)
            """,
            customer,
            details.name,
            details.title,
            details.department,
            details.reportsToID,
            details.buyingRole,
            details.influence,
            details.externalID,
            now
        )
        guard let inserted else { return nil }
        let id = ID<Contact>(rawValue: inserted)
        try insertLists(of: details, id, in: transaction)
        return id
    }

    func update(
        _ id: ID<Contact>,
        to details: ContactDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE contact SET name = $2, title = $3, department = $4, reports_to_id = $5,
                buying_role = $6, influence = $7, external_id = $8, version = version + 1,
                updated_at = $9
            WHERE id = $1
            """,
            id,
            details.name,
            details.title,
            details.department,
            details.reportsToID,
            details.buyingRole,
            details.influence,
            details.externalID,
            now
        )
        try Self.addresses.delete(of: id, in: transaction)
        try insertLists(of: details, id, in: transaction)
    }

    func archive(
        _ id: ID<Contact>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE contact SET archived_at = $2, updated_at = $2, version = version + 1
            WHERE id = $1
            """,
            id,
            now
        )
    }

    private func insertLists(
        of details: ContactDetails,
        _ id: ID<Contact>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try Self.addresses.insert(details.phones, details.emails, of: id, in: transaction)
    }

    private func contact(
        _ row: borrowing Row,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Contact {
        let id: ID<Contact> = try row[0]
        return try Contact(
            id: id,
            customerID: row[1],
            details: ContactDetails(
                name: row[2],
                title: row[3],
                department: row[4],
                reportsToID: row[5],
                buyingRole: row[6],
                influence: row[7],
                phones: Self.addresses.phones(of: id, in: snapshot),
                emails: Self.addresses.emails(of: id, in: snapshot),
                externalID: row[12]
            ),
            version: row[8],
            createdAt: row[9],
            updatedAt: row[10],
            archivedAt: row[11]
        )
    }
}

extension ContactSorting {
    fileprivate var key: [String] {
        switch self {
        case .id: ["k.id"]
        case .name: ["k.name", "k.id"]
        }
    }

    fileprivate func key(of contact: Contact) -> [StoredValue] {
        switch self {
        case .id: [contact.id.stored]
        case .name: [contact.details.name.stored, contact.id.stored]
        }
    }
}

// MARK: - Checking

extension ContactStore {
    /// The contacts with a phone whose E.164 form or digits are not those of what was typed.
    func unfitPhones(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try Self.addresses.unfitPhones(in: snapshot)
    }
}
