// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ComplaintPolicyStore: Sendable {
    /// The policy in force.
    func latest(in snapshot: Snapshot) throws(SQLiteError) -> ComplaintPolicy? {
        try snapshot.first(
            Self.select + " ORDER BY id DESC LIMIT 1"
        ) { row throws(SQLiteError) in try policy(row, in: snapshot) }
    }

    /// Every policy that ever was in force.
    func all(in snapshot: Snapshot) throws(SQLiteError) -> [ComplaintPolicy] {
        try snapshot.all(
            Self.select + " ORDER BY id"
        ) { row throws(SQLiteError) in try policy(row, in: snapshot) }
    }

    private static let select = """
        SELECT id, answer_hours, key_answer_hours, remedy_days, key_remedy_days, holidays,
            leader_id, department, phone, email, address, opening_hours, created_at,
            business_hours, has_cause_details
        FROM complaint_policy
        """

    private func policy(
        _ row: borrowing Row,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ComplaintPolicy {
        let version: Int = try row[0]
        // Each complaint that comes in asks for the policy.
        let hasDetails = try row[14] == 1
        let details = hasDetails ? try causeDetails(of: version, in: snapshot) : []
        let holidays: String = try row[5]
        let hours: String = try row[13]
        return try ComplaintPolicy(
            version: version,
            terms: ComplaintTerms(
                answerHours: row[1],
                keyAnswerHours: row[2],
                remedyDays: row[3],
                keyRemedyDays: row[4],
                businessHours: hours.split(separator: " ").compactMap(WorkingInterval.init),
                holidays: holidays.split(separator: " ").compactMap { CalendarDay(String($0)) },
                leaderID: row[6],
                contact: ComplaintContact(
                    department: row[7],
                    phone: row[8],
                    email: row[9],
                    address: row[10],
                    openingHours: row[11]
                ),
                causeDetails: details
            ),
            createdAt: row[12]
        )
    }

    private func causeDetails(
        of policy: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [CauseDetails] {
        var causes: [CauseDetails] = []
        try snapshot.forEach(
            """
            SELECT cause, detail FROM complaint_cause_detail
            WHERE complaint_policy_id = $1 ORDER BY position
            """,
            policy
        ) { row throws(SQLiteError) in
            let (cause, detail): (Complaint.Cause, String) = (try row[0], try row[1])
            let before = causes.last?.cause == cause ? causes.removeLast().details : []
            causes.append(CauseDetails(cause: cause, details: before + [detail]))
        }
        return causes
    }

    func insert(
        _ terms: ComplaintTerms,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let details = terms.causeDetails.flatMap { one in one.details.map { (one.cause, $0) } }
        let id = try transaction.insert(
            """
            INSERT INTO complaint_policy (answer_hours, key_answer_hours, remedy_days,
                key_remedy_days, holidays, leader_id, department, phone, email, address,
                opening_hours, created_at, business_hours, has_cause_details)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """,
            terms.answerHours,
            terms.keyAnswerHours,
            terms.remedyDays,
            terms.keyRemedyDays,
            terms.holidays.map(\.description).joined(separator: " "),
            terms.leaderID,
            terms.contact.department,
            terms.contact.phone,
            terms.contact.email,
            terms.contact.address,
            terms.contact.openingHours,
            now,
            terms.businessHours.map(\.stored).joined(separator: " "),
            details.isEmpty ? 0 : 1
        )
        for (position, (cause, detail)) in details.enumerated() {
            try transaction.run(
                """
                INSERT INTO complaint_cause_detail (complaint_policy_id, position, cause, detail)
                VALUES ($1, $2, $3, $4)
                """,
                id,
                position,
                cause,
                detail
            )
        }
    }
}

extension WorkingInterval {
    /// The form in which it is kept: monday/09:00/12:00.
    fileprivate var stored: String {
        "\(weekday.rawValue)/\(from)/\(until)"
    }

    fileprivate init?(_ stored: Substring) {
        let parts = stored.split(separator: "/").map(String.init)
        guard parts.count == 3, let weekday = Weekday(rawValue: parts[0]),
            let from = TimeOfDay(parts[1]), let until = TimeOfDay(parts[2])
        else { return nil }
        self.init(weekday: weekday, from: from, until: until)
    }
}
