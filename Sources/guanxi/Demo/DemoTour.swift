// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import SQLite

/// What a newcomer is shown: the address, a token, and three commands to paste.
struct DemoTour {
    let address: String
    let token: String
    /// A person among the key customers, with a mobile.
    let caller: Caller

    struct Caller: Sendable {
        let name: String
        /// The eleven digits.
        let phone: String

        /// A person with a phone, of the key customers if there is one; nil in a base without.
        static func find(_ customers: CustomerService, in snapshot: Snapshot) throws -> Caller? {
            for tier in [Tier.key, nil] {
                let page = try customers.list(
                    CustomerFilter(tier: tier, kind: .individual),
                    PageRequest(limit: 100, sorting: .id),
                    in: snapshot
                )
                for customer in page.rows {
                    let phones = customer.details.phones
                    guard let phone = phones.first(where: { $0.label == "mobile" }),
                        let number = PhoneNumber(phone.typed),
                        try customers.references(phone: number, in: snapshot).count == 1
                    else { continue }
                    return Caller(
                        name: customer.details.name,
                        phone: String(phone.digits.dropFirst(2))
                    )
                }
            }
            return nil
        }
    }

    /// The number as someone else would type it.
    private var retyped: String {
        let head = caller.phone.prefix(3)
        let tail = caller.phone.suffix(4)
        return "\(head)-\(caller.phone.dropFirst(3).dropLast(4))-\(tail)"
    }

    var text: String {
        let header = "-H 'Authorization: Bearer \(token)'"
        return """
            Address  \(address)
            Token    \(token)

            In another shell:

            # every customer's tier (关键/普通/小客户), as CSV
            curl \(header) '\(address)/v1/tiers?format=csv'

            # a complaint, as a call-centre tool posts it; the phone names \(caller.name)
            curl \(header) -d channel=call-center -d phone=\(caller.phone) \\
                --data-urlencode 'subject=送货迟了两天' '\(address)/v1/complaints'

            # the same customer by the phone, typed in another way
            curl \(header) '\(address)/v1/customers?q=\(retyped)'

            Ctrl-C ends it.

            """
    }
}
