// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// Somebody who works at a firm (M41), and the place of whom they report to among its people.
struct DemoPerson: Sendable {
    let name: PersonName
    let title: String
    let department: String
    let role: Contact.BuyingRole
    let influence: Int
    let phone: CustomerPhone?
    let leader: Int?

    func details(reportsTo leaderID: ID<Contact>?) -> ContactDetails {
        ContactDetails(
            name: name.full,
            title: title,
            department: department,
            reportsToID: leaderID,
            buyingRole: role,
            influence: influence,
            phones: [phone].compactMap { $0 }
        )
    }

    /// The people of a firm, one to four; all report to the first.
    static func draw(
        _ random: inout SplitMix64,
        first: PersonName,
        _ phones: inout PhoneBook
    ) -> [DemoPerson] {
        positions.prefix(random.number(in: 1...positions.count)).enumerated().map {
            place,
            position in
            DemoPerson(
                name: place == 0 ? first : PersonName(&random),
                title: position.title,
                department: position.department,
                role: position.role,
                influence: random.number(in: position.influence),
                phone: random.happens(0.6) ? phones.mobile(&random, label: "mobile") : nil,
                leader: place == 0 ? nil : 0
            )
        }
    }

    private struct Position {
        let title: String
        let department: String
        let role: Contact.BuyingRole
        let influence: ClosedRange<Int>
    }

    private static let positions = [
        Position(title: "采购经理", department: "采购部", role: .decider, influence: 7...10),
        Position(title: "采购员", department: "采购部", role: .buyer, influence: 3...6),
        Position(title: "仓库主管", department: "仓储部", role: .user, influence: 2...5),
        Position(title: "总经理助理", department: "总经办", role: .gatekeeper, influence: 2...6),
    ]
}
