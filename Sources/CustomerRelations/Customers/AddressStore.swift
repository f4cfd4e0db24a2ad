// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// The phones and e-mails of records of one kind, in tables that are called after it.
struct AddressStore<Record>: Sendable {
    private let selectPhones: String
    private let selectEmails: String
    private let insertPhone: String
    private let insertEmail: String
    private let deletePhones: String
    private let deleteEmails: String
    private let selectAllPhones: String

    /// `table` is that of the records.
    init(of table: String) {
        selectPhones = """
            SELECT typed, e164, digits, label FROM \(table)_phone
            WHERE \(table)_id = $1 ORDER BY position
            """
        selectEmails = "SELECT address FROM \(table)_email WHERE \(table)_id = $1 ORDER BY position"
        insertPhone = """
            INSERT INTO \(table)_phone (\(table)_id, position, typed, e164, digits, label)
            VALUES ($1, $2, $3, $4, $5, $6)
            """
        insertEmail = """
            INSERT INTO \(table)_email (\(table)_id, position, address) VALUES ($1, $2, $3)
            """
        deletePhones = "DELETE FROM \(table)_phone WHERE \(table)_id = $1"
        deleteEmails = "DELETE FROM \(table)_email WHERE \(table)_id = $1"
        selectAllPhones = "SELECT \(table)_id, typed, e164, digits FROM \(table)_phone"
    }

    func phones(
        of id: ID<Record>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [CustomerPhone] {
        try snapshot.all(selectPhones, id) { row throws(SQLiteError) in
            try CustomerPhone(typed: row[0], e164: row[1], digits: row[2], label: row[3])
        }
    }

    func emails(of id: ID<Record>, in snapshot: Snapshot) throws(SQLiteError) -> [String] {
        try snapshot.all(selectEmails, id) { row throws(SQLiteError) in try row[0] }
    }

    /// Adds those of a record that has none.
    func insert(
        _ phones: [CustomerPhone],
        _ emails: [String],
        of id: ID<Record>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        for (position, phone) in phones.enumerated() {
            try transaction.run(
                insertPhone,
                id,
                position,
                phone.typed,
                phone.e164,
                phone.digits,
                phone.label
            )
        }
        for (position, address) in emails.enumerated() {
            try transaction.run(insertEmail, id, position, address)
        }
    }

    func delete(of id: ID<Record>, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run(deletePhones, id)
        try transaction.run(deleteEmails, id)
    }

    /// The records with a phone whose E.164 form or digits are not those of what was typed.
    func unfitPhones(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        var unfit: [Int64] = []
        try snapshot.forEach(selectAllPhones) { row throws(SQLiteError) in
            let number = PhoneNumber(try row[1])
            let (e164, digits): (String, String) = (try row[2], try row[3])
            guard number?.e164 != e164 || number?.digits != digits else { return }
            unfit.append(try row[0])
        }
        return unfit
    }
}
