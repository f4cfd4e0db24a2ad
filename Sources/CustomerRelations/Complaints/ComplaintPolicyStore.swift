// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ComplaintPolicyStore: Sendable {
    /// The policy in force.
    func latest(in snapshot: Snapshot) throws(SQLiteError) -> ComplaintPolicy? {
        try snapshot.first(
            """
            SELECT id, answer_hours, key_answer_hours, remedy_days, key_remedy_days, holidays,
                leader_id, department, phone, email, address, opening_hours, created_at
            FROM complaint_policy ORDER BY id DESC LIMIT 1
            """
        ) { row throws(SQLiteError) in
            let holidays: String = try row[5]
            return try ComplaintPolicy(
                version: row[0],
                terms: ComplaintTerms(
                    answerHours: row[1],
                    keyAnswerHours: row[2],
                    remedyDays: row[3],
                    keyRemedyDays: row[4],
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
                opening_hours, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
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
            now
        )
    }
}
