// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ComplaintPolicyStore: Sendable {
    /// The policy in force.
    func latest(in snapshot: Snapshot) throws(SQLiteError) -> ComplaintPolicy? {
        try snapshot.first(Self.select + " ORDER BY id DESC LIMIT 1", read: Self.policy)
    }

    /// Every policy that ever was in force.
    func all(in snapshot: Snapshot) throws(SQLiteError) -> [ComplaintPolicy] {
        try snapshot.all(Self.select + " ORDER BY id", read: Self.policy)
    }

    private static let select = """
        SELECT id, answer_hours, key_answer_hours, remedy_days, key_remedy_days, holidays,
            leader_id, department, phone, email, address, opening_hours, created_at,
            business_hours
        FROM complaint_policy
        """

    private static func policy(_ row: borrowing Row) throws(SQLiteError) -> ComplaintPolicy {
        let holidays: String = try row[5]
        let hours: String = try row[13]
        return try ComplaintPolicy(
            version: row[0],
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
                )
            ),
            createdAt: row[12]
        )
    }

    func insert(
        _ terms: ComplaintTerms,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO complaint_policy (answer_hours, key_answer_hours, remedy_days,
                key_remedy_days, holidays, leader_id, department, phone, email, address,
                opening_hours, created_at, business_hours)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
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
            terms.businessHours.map(\.stored).joined(separator: " ")
        )
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
