// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct InteractionStore: Sendable {
    static let index = SearchIndex(of: "interaction")
    private let promises = PromiseStore()

    /// The columns that `interaction(_:in:)` reads, of `interaction AS i`.
    private static let columns = """
        i.id, i.customer_id, i.direction, i.content, i.channel, i.occurred_at, i.duration_seconds,
        i.summary, i.next_step, i.external_id, i.version, i.created_at, i.updated_at, i.complaint_id
        """

    private static let findByID = "SELECT \(columns) FROM interaction i WHERE i.id = $1"

    func find(_ id: ID<Interaction>, in snapshot: Snapshot) throws(SQLiteError) -> Interaction? {
        try snapshot.first(Self.findByID, id) { row throws(SQLiteError) in
            try interaction(row, in: snapshot)
        }
    }

    func id(externalID: String, in snapshot: Snapshot) throws(SQLiteError) -> ID<Interaction>? {
        try snapshot.first(
            "SELECT id FROM interaction WHERE external_id = $1",
            externalID
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// What a customer's interactions of an instant say that have no external id.
    func twins(
        of customer: ID<Customer>,
        at instant: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int] {
        try snapshot.all(
            """
            SELECT direction, channel, summary FROM interaction
            WHERE customer_id = $1 AND occurred_at = $2 AND coalesce(external_id, '') = ''
            """,
            customer,
            instant
        ) { row throws(SQLiteError) in
            NewInteraction.content(try row[0], try row[1], try row[2])
        }
    }

    func page(
        _ filter: InteractionFilter,
        _ request: PageRequest<InteractionSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Interaction> {
        var select = PagedSelect(Self.columns, from: "interaction i")
        try select.filter("i.customer_id", of: filter.customerID, in: snapshot)
        select.filter(
            """
            EXISTS (SELECT 1 FROM interaction_contact x
                WHERE x.contact_id = $? AND x.interaction_id = i.id)
            """,
            filter.contactID
        )
        select.filter("i.complaint_id = $?", filter.complaintID)
        select.filter("i.channel = $?", filter.channel)
        select.filter("i.content = $?", filter.content)
        select.filter("i.direction = $?", filter.direction)
        select.filter("i.occurred_at >= $?", filter.since)
        select.filter("i.occurred_at < $?", filter.until)
        select.search(
            Self.index,
            of: "i",
            for: filter.text,
            isNarrow: filter.customerID != nil || filter.contactID != nil
                || filter.complaintID != nil
        )
        return try select.page(request, key: request.sorting.key, in: snapshot) {
            row throws(SQLiteError) in
            try interaction(row, in: snapshot)
        } keyOf: { interaction in
            request.sorting.key(of: interaction)
        }
    }

    /// How many promises the richest interaction holds.
    func places(in snapshot: Snapshot) throws(SQLiteError) -> [String: Int] {
        let count = try snapshot.first(
            """
            SELECT coalesce(max(n), 0)
            FROM (SELECT count(*) AS n FROM promise GROUP BY interaction_id) AS counts
            """
        ) { row throws(SQLiteError) in try row[0] as Int }
        return ["promises": count ?? 0]
    }

    func insert(
        _ new: NewInteraction,
        customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Interaction>? {
        let searchText = TextFolding.fold(new.details.summary)
        let inserted = try transaction.insert(
            """
            INSERT INTO interaction (customer_id, direction, content, channel, occurred_at,
                duration_seconds, summary, next_step, search_text, external_id, complaint_id,
                version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $12)
            """,
            customer,
            new.details.direction,
            new.details.content,
            new.details.channel,
            new.details.occurredAt,
            new.details.durationSeconds,
            new.details.summary,
            new.details.nextStep,
            searchText,
            new.details.externalID,
            new.details.complaintID,
            now
        )
        guard let inserted else { return nil }
        let id = ID<Interaction>(rawValue: inserted)
        try Self.index.insert(searchText, of: inserted, in: transaction)
        try insert(new.people, in: id, transaction)
        return id
    }

    /// Has other people have taken part.
    func replace(
        peopleOf id: ID<Interaction>,
        by people: InteractionPeople,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run("DELETE FROM interaction_contact WHERE interaction_id = $1", id)
        try transaction.run("DELETE FROM interaction_staff WHERE interaction_id = $1", id)
        try insert(people, in: id, transaction)
    }

    private func insert(
        _ people: InteractionPeople,
        in id: ID<Interaction>,
        _ transaction: Transaction
    ) throws(SQLiteError) {
        for (position, contact) in people.contactIDs.enumerated() {
            try transaction.run(
                """
                INSERT INTO interaction_contact (interaction_id, position, contact_id)
                VALUES ($1, $2, $3)
                """,
                id,
                position,
                contact
            )
        }
        for (position, member) in people.staffIDs.enumerated() {
            try transaction.run(
                """
                INSERT INTO interaction_staff (interaction_id, position, staff_id)
                VALUES ($1, $2, $3)
                """,
                id,
                position,
                member
            )
        }
    }

    func update(
        _ id: ID<Interaction>,
        to details: InteractionDetails,
        customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let searchText = TextFolding.fold(details.summary)
        try Self.index.replace(of: id.rawValue, by: searchText, in: transaction)
        try transaction.run(
            """
            UPDATE interaction SET customer_id = $2, direction = $3, content = $4, channel = $5,
                occurred_at = $6, duration_seconds = $7, summary = $8, next_step = $9,
                search_text = $10, complaint_id = $11, version = version + 1, updated_at = $12
            WHERE id = $1
            """,
            id,
            customer,
            details.direction,
            details.content,
            details.channel,
            details.occurredAt,
            details.durationSeconds,
            details.summary,
            details.nextStep,
            searchText,
            details.complaintID,
            now
        )
    }

    func append(
        _ correction: InteractionCorrection,
        to id: ID<Interaction>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO interaction_correction
                (interaction_id, position, at, actor, reason, original)
            VALUES ($1, (SELECT coalesce(max(position) + 1, 0) FROM interaction_correction
                WHERE interaction_id = $1), $2, $3, $4, $5)
            """,
            id,
            correction.at,
            correction.actor,
            correction.reason,
            correction.original
        )
    }

    private func interaction(
        _ row: borrowing Row,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Interaction {
        let id: ID<Interaction> = try row[0]
        let version: Int = try row[10]
        return try Interaction(
            id: id,
            customerID: row[1],
            details: InteractionDetails(
                direction: row[2],
                content: row[3],
                channel: row[4],
                occurredAt: row[5],
                durationSeconds: row[6],
                summary: row[7],
                nextStep: row[8],
                complaintID: row[13],
                externalID: row[9]
            ),
            people: people(of: id, in: snapshot),
            promises: promises.promises(of: id, in: snapshot),
            // What was never changed was never corrected.
            corrections: version > 1 ? corrections(of: id, in: snapshot) : [],
            version: version,
            createdAt: row[11],
            updatedAt: row[12]
        )
    }

    private func people(
        of id: ID<Interaction>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> InteractionPeople {
        let contacts = try snapshot.all(
            """
            SELECT contact_id FROM interaction_contact WHERE interaction_id = $1 ORDER BY position
            """,
            id
        ) { row throws(SQLiteError) in try row[0] as ID<Contact> }
        let staff = try snapshot.all(
            "SELECT staff_id FROM interaction_staff WHERE interaction_id = $1 ORDER BY position",
            id
        ) { row throws(SQLiteError) in try row[0] as ID<StaffMember> }
        return InteractionPeople(contactIDs: contacts, staffIDs: staff)
    }

    /// Whoever an interaction names, or named before it was corrected.
    func everNamed(
        in interaction: Interaction,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> InteractionPeople {
        let (id, people) = (interaction.id, interaction.people)
        return try InteractionPeople(
            contactIDs: people.contactIDs + former("$.contactIds", of: id, in: snapshot),
            staffIDs: people.staffIDs + former("$.staffIds", of: id, in: snapshot)
        )
    }

    private func former<Person>(
        _ member: String,
        of id: ID<Interaction>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Person>] {
        try snapshot.all(
            """
            SELECT p.value FROM interaction_correction AS c, json_each(c.original, $2) AS p
            WHERE c.interaction_id = $1 AND p.value IS NOT NULL
            """,
            id,
            member
        ) { row throws(SQLiteError) in try row[0] }
    }

    private func corrections(
        of id: ID<Interaction>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [InteractionCorrection] {
        try snapshot.all(
            """
            SELECT at, actor, reason, original FROM interaction_correction
            WHERE interaction_id = $1 ORDER BY position
            """,
            id
        ) { row throws(SQLiteError) in
            try InteractionCorrection(at: row[0], actor: row[1], reason: row[2], original: row[3])
        }
    }
}

extension InteractionSorting {
    fileprivate var key: [String] {
        switch self {
        case .occurredAt: ["i.occurred_at", "i.id"]
        case .id: ["i.id"]
        }
    }

    fileprivate func key(of interaction: Interaction) -> [StoredValue] {
        switch self {
        case .occurredAt: [interaction.details.occurredAt.stored, interaction.id.stored]
        case .id: [interaction.id.stored]
        }
    }
}

// MARK: - Checking

extension InteractionStore {
    /// The interactions whose search text is not what their summary makes.
    func unfitSearchTexts(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        var unfit: [Int64] = []
        try snapshot.forEach(
            "SELECT id, summary, search_text FROM interaction"
        ) { row throws(SQLiteError) in
            let (summary, text): (String, String) = (try row[1], try row[2])
            guard TextFolding.fold(summary) != text else { return }
            unfit.append(try row[0])
        }
        return unfit
    }
}
