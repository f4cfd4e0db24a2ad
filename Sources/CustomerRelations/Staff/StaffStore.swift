// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct StaffStore: Sendable {
    /// The columns that `member(_:at:in:)` reads, of `source`.
    private static let columns = """
        s.id, s.name, s.team_id, s.leader_id, s.time_zone, s.version, s.created_at, s.updated_at,
        s.archived_at, p.presence, p.expires_at
        """

    private static let source = "staff s LEFT JOIN staff_presence p ON p.staff_id = s.id"

    private static let findByID = "SELECT \(columns) FROM \(source) WHERE s.id = $1"

    func find(
        _ id: ID<StaffMember>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> StaffMember? {
        try snapshot.first(Self.findByID, id) { row throws(SQLiteError) in
            try member(row, at: now, in: snapshot)
        }
    }

    /// Whether there is such a person, who has not left.
    func isActive(_ id: ID<StaffMember>, in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        try snapshot.first(
            "SELECT id FROM staff WHERE id = $1 AND archived_at IS NULL",
            id
        ) { row throws(SQLiteError) in try row[0] as Int64 } != nil
    }

    /// The first of these people who is there and has not left.
    func firstActive(
        of people: [ID<StaffMember>?],
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<StaffMember>? {
        for case let id? in people where try isActive(id, in: snapshot) { return id }
        return nil
    }

    /// The person, unless they have left; one whom nobody has recorded stays, as imports keep them.
    func present(
        _ id: ID<StaffMember>?,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<StaffMember>? {
        let left = try snapshot.first(
            "SELECT id FROM staff WHERE id = $1 AND archived_at IS NOT NULL",
            id
        ) { row throws(SQLiteError) in try row[0] as Int64 }
        return left == nil ? id : nil
    }

    func leader(
        of id: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<StaffMember>? {
        try snapshot.first(
            "SELECT leader_id FROM staff WHERE id = $1",
            id
        ) { row throws(SQLiteError) in try row[0] as ID<StaffMember>? } ?? nil
    }

    /// The nearest of those who lead a person who is there.
    func activeLeader(
        of id: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<StaffMember>? {
        var next = try leader(of: id, in: snapshot)
        while let one = next, try !isActive(one, in: snapshot) {
            next = try leader(of: one, in: snapshot)
        }
        return next
    }

    func page(
        _ filter: StaffFilter,
        _ request: PageRequest<StaffSorting>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<StaffMember> {
        var select = PagedSelect(Self.columns, from: Self.source)
        select.filter("s.archived_at IS NULL")
        select.filter("s.team_id = $?", filter.teamID)
        select.filter("s.leader_id = $?", filter.leaderID)
        select.filter(
            "EXISTS (SELECT 1 FROM staff_skill k WHERE k.name = $? AND k.staff_id = s.id)",
            filter.skill
        )
        select.filter(
            "EXISTS (SELECT 1 FROM staff_language l WHERE l.language = $? AND l.staff_id = s.id)",
            filter.language
        )
        if filter.presence == .off {
            select.filter("(p.presence IS NULL OR p.presence = 'off' OR p.expires_at <= $?)", now)
        } else if let presence = filter.presence {
            select.filter("p.presence = $?", presence)
            select.filter("p.expires_at > $?", now)
        }
        return try select.page(request, key: request.sorting.key, in: snapshot) {
            row throws(SQLiteError) in
            try member(row, at: now, in: snapshot)
        } keyOf: { member in
            request.sorting.key(of: member)
        }
    }

    func insert(
        _ details: StaffDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<StaffMember>? {
        let inserted = try transaction.insert(
            """
            INSERT INTO staff (name, team_id, leader_id, time_zone, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, 1, $5, $5)
            """,
            details.name,
            details.teamID,
            details.leaderID,
            details.timeZone,
            now
        )
        guard let inserted else { return nil }
        let id = ID<StaffMember>(rawValue: inserted)
        try insertLists(of: details, id, in: transaction)
        return id
    }

    func update(
        _ id: ID<StaffMember>,
        to details: StaffDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE staff SET name = $2, team_id = $3, leader_id = $4, time_zone = $5,
                version = version + 1, updated_at = $6
            WHERE id = $1
            """,
            id,
            details.name,
            details.teamID,
            details.leaderID,
            details.timeZone,
            now
        )
        try transaction.run("DELETE FROM staff_skill WHERE staff_id = $1", id)
        try transaction.run("DELETE FROM staff_language WHERE staff_id = $1", id)
        try transaction.run("DELETE FROM staff_hours WHERE staff_id = $1", id)
        try insertLists(of: details, id, in: transaction)
    }

    /// Notes that a person has left, who is off from then on.
    func archive(
        _ id: ID<StaffMember>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            "UPDATE staff SET archived_at = $2, updated_at = $2, version = version + 1 WHERE id = $1",
            id,
            now
        )
        try transaction.run("DELETE FROM staff_presence WHERE staff_id = $1", id)
    }

    func setPresence(
        of id: ID<StaffMember>,
        to presence: Presence,
        until expiry: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO staff_presence (staff_id, presence, expires_at) VALUES ($1, $2, $3)
            ON CONFLICT (staff_id) DO UPDATE SET presence = $2, expires_at = $3
            """,
            id,
            presence,
            expiry
        )
    }

    private func insertLists(
        of details: StaffDetails,
        _ id: ID<StaffMember>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        for (position, skill) in details.skills.enumerated() {
            try transaction.run(
                "INSERT INTO staff_skill (staff_id, position, name, level) VALUES ($1, $2, $3, $4)",
                id,
                position,
                skill.name,
                skill.level
            )
        }
        for (position, language) in details.languages.enumerated() {
            try transaction.run(
                "INSERT INTO staff_language (staff_id, position, language) VALUES ($1, $2, $3)",
                id,
                position,
                language
            )
        }
        for (position, interval) in details.workingHours.enumerated() {
            try transaction.run(
                """
                INSERT INTO staff_hours (staff_id, position, weekday, start_minute, end_minute)
                VALUES ($1, $2, $3, $4, $5)
                """,
                id,
                position,
                interval.weekday,
                interval.from,
                interval.until
            )
        }
    }

    private func member(
        _ row: borrowing Row,
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> StaffMember {
        let id: ID<StaffMember> = try row[0]
        let presence = try StaffPresence(
            presence: (row[9] as Presence?) ?? .off,
            expiresAt: row[10]
        )
        return try StaffMember(
            id: id,
            details: StaffDetails(
                name: row[1],
                teamID: row[2],
                leaderID: row[3],
                skills: skills(of: id, in: snapshot),
                languages: languages(of: id, in: snapshot),
                timeZone: row[4],
                workingHours: workingHours(of: id, in: snapshot)
            ),
            presence: presence.current(at: now),
            version: row[5],
            createdAt: row[6],
            updatedAt: row[7],
            archivedAt: row[8]
        )
    }

    private func skills(
        of id: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [StaffSkill] {
        try snapshot.all(
            "SELECT name, level FROM staff_skill WHERE staff_id = $1 ORDER BY position",
            id
        ) { row throws(SQLiteError) in try StaffSkill(name: row[0], level: row[1]) }
    }

    private func languages(
        of id: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [String] {
        try snapshot.all(
            "SELECT language FROM staff_language WHERE staff_id = $1 ORDER BY position",
            id
        ) { row throws(SQLiteError) in try row[0] }
    }

    private func workingHours(
        of id: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [WorkingInterval] {
        try snapshot.all(
            """
            SELECT weekday, start_minute, end_minute FROM staff_hours
            WHERE staff_id = $1 ORDER BY position
            """,
            id
        ) { row throws(SQLiteError) in
            try WorkingInterval(weekday: row[0], from: row[1], until: row[2])
        }
    }
}

extension StaffSorting {
    fileprivate var key: [String] {
        switch self {
        case .id: ["s.id"]
        case .name: ["s.name", "s.id"]
        }
    }

    fileprivate func key(of member: StaffMember) -> [StoredValue] {
        switch self {
        case .id: [member.id.stored]
        case .name: [member.details.name.stored, member.id.stored]
        }
    }
}
