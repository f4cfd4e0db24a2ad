// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension MergeRequest {
    static let fields: Fields<MergeRequest> = Fields(
        "MergeRequest",
        MergeRequest.init,
        Field("duplicateId", \.duplicateID, .id(), "The customer that is, or was, the other one.")
    )
}

extension CustomerMerge {
    static let fields: Representation<CustomerMerge> = Representation(
        "CustomerMerge",
        [
            Member("id", \.id, .id()),
            Member("customerId", \.customerID, .id(), "The one that is kept."),
            Member("duplicateId", \.duplicateID, .id()),
            Member("duplicateName", \.duplicateName, .string(maxLength: 200)),
            Member("actor", \.actor, .string(maxLength: 200)),
            Member("mergedAt", \.mergedAt, .instant),
            Member(
                "undoableUntil",
                \.undoableUntil,
                .instant,
                "The last instant at which it can be undone."
            ),
            Member("undoneAt", \.undoneAt, .instant),
            Member("moved", \.self, .object(counts), "How many records moved."),
        ]
    )

    private static let counts: Representation<CustomerMerge> = Representation(
        "MergedRecords",
        MergedTable.all.map { table in
            Member(table.records, { $0.moved[table.key] ?? 0 }, .count)
        }
    )

    /// What the journal says of the one that is kept.
    static let journalled = fields.selecting(["duplicateId", "moved"]) ?? fields

    /// What it says of the duplicate.
    static let journalledOfDuplicate = fields.selecting(["customerId"]) ?? fields
}

extension DuplicateFilter {
    static let fields: Fields<DuplicateFilter> = Fields(
        nil,
        DuplicateFilter.init,
        Field("by", \.trait, .enumeration(), "What the customers have in common.")
    )
}

extension DuplicateGroup {
    static let fields: Representation<DuplicateGroup> = Representation(
        "DuplicateGroup",
        [
            Member("by", \.trait, .enumeration()),
            Member(
                "value",
                \.value,
                .string(maxLength: 400),
                "The number as E.164, the address in lower case, the name folded without blanks."
            ),
            Member(
                "customers",
                \.customers,
                .array(of: .object(CustomerReference.fields)),
                "The first hundred of them."
            ),
        ]
    )
}

/// Joins profiles, which are objects of groups: of each group the members of the first stay, and
/// those of the second that it lacks are added.
func joinProfiles(_ first: String, _ second: String) -> String {
    guard let one = try? JSONReader.read(Array(first.utf8)).members,
        let other = try? JSONReader.read(Array(second.utf8)).members
    else { return first }
    return JSON.object(joined(one, other)).text
}

private func joined(_ one: [JSON.Member], _ other: [JSON.Member]) -> [JSON.Member] {
    let kept = one.map { member in
        guard let own = member.value.members,
            let its = other.first(where: { $0.name == member.name })?.value.members
        else { return member }
        return JSON.Member(member.name, .object(joined(own, its)))
    }
    return kept + other.filter { member in !one.contains { $0.name == member.name } }
}
