// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// The demo's people: whoever looks after customers, and the complaint desk, led by one of them.
struct DemoStaff: Sendable {
    /// In the order of their identifiers.
    static let teams = [TeamDetails(name: "客户经理部"), TeamDetails(name: "客户服务部")]

    /// The identifiers of those who look after customers, the first of whom leads them all.
    static let owners = ID<StaffMember>(rawValue: 1)...ID(rawValue: 8)

    /// In the order of their identifiers.
    let people: [StaffDetails]

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed, stream: Self.stream)
        people = (1...12).map { number in
            let isOwner = number <= Self.owners.upperBound.rawValue
            return StaffDetails(
                name: PersonName(&random).full,
                teamID: ID(rawValue: isOwner ? 1 : 2),
                leaderID: number == 1 ? nil : Self.owners.lowerBound,
                skills: Complaint.Cause.allCases.filter { _ in random.happens(0.3) }
                    .map { StaffSkill(name: $0.rawValue, level: Int(random.number(in: 2...5))) },
                languages: random.happens(0.3) ? ["zh", "en"] : ["zh"],
                workingHours: Self.workingHours
            )
        }
    }

    static func owner(_ random: inout SplitMix64) -> ID<StaffMember> {
        ID(rawValue: Int64(random.number(in: 1...8)))
    }

    /// An owner as manager, and the next as deputy.
    static func pair(of owner: ID<StaffMember>) -> ManagerPair {
        let next = ID<StaffMember>(rawValue: owner.rawValue + 1)
        return ManagerPair(
            managerID: owner,
            deputyID: owners.contains(next) ? next : owners.lowerBound
        )
    }

    /// No customer's: those begin at 1.
    private static let stream = -1

    private static let workingHours: [WorkingInterval] = WorkingInterval.Weekday.allCases.prefix(5)
        .flatMap { day in
            [("09:00", "12:00"), ("13:00", "18:00")].compactMap { from, until -> WorkingInterval? in
                guard let from = TimeOfDay(from), let until = TimeOfDay(until) else { return nil }
                return WorkingInterval(weekday: day, from: from, until: until)
            }
        }
}
