// SPDX-License-Identifier: Apache-2.0

/// A row of an import: the record it holds, or the rules it breaks.
package struct ImportRow<Record: ImportedRecord>: Sendable {
    package enum Content: Sendable {
        case record(Record)
        case refused([ServiceError.Refusal])
    }

    /// The line on which it begins.
    package let line: Int
    package let content: Content
    /// The members that it gives, of those that have a default.
    package let given: ImportedMembers

    /// The customer that it names, if that one was found while the row was read.
    var customer: ID<Customer>?
    /// Which of the file's rows that say the same it is, from 1.
    var ordinal = 1

    package init(line: Int, _ content: Content, given: ImportedMembers = []) {
        self.line = line
        self.content = content
        self.given = given
    }
}

/// The members with a default: one that a row leaves out keeps what is recorded.
package struct ImportedMembers: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static let role = ImportedMembers(rawValue: 1)
    package static let lifecycle = ImportedMembers(rawValue: 2)
    package static let terms = ImportedMembers(rawValue: 4)
    package static let severity = ImportedMembers(rawValue: 8)
}

/// A record that can be imported.
package protocol ImportedRecord: Sendable {
    static var importKind: Import.Kind { get }

    /// The customer that it is about; nil for a customer.
    var owner: CustomerName? { get }

    /// Its external id.
    var externalName: String? { get }

    /// What tells it from others; nil if it has an external id, which does.
    var twin: ImportTwin? { get }

    /// Records it, or brings what is recorded up to it.
    ///
    /// Whatever it refuses, it refuses before it writes, for a row has no savepoint of its own.
    func put(_ row: ImportRow<Self>, into work: inout ImportWork) throws -> ImportVerdict
}

/// What tells a record without external id from others of its customer or its order.
package struct ImportTwin: Hashable, Sendable {
    /// What it is about; a customer is set while the rows are numbered.
    var subject: Int
    let at: Int64
    let content: Int

    init(of subject: Int = 0, at: Int64 = 0, content: Int) {
        self.subject = subject
        self.at = at
        self.content = content
    }
}

/// What became of a row.
package enum ImportVerdict: Sendable {
    case created(Int64)
    case updated(Int64)
    case unchanged
}
