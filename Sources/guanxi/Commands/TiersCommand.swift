// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CustomerRelations
import JSON

struct TiersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tiers",
        abstract: "Runs the tiers (关键/普通/小客户) and shows how customers and profit divide."
    )

    @OptionGroup var database: DatabaseOptions
    @Option(help: "The end of the window: a date, or an instant with offset; now, if not given.")
    var asOf: String?
    @Option(help: "The months before it that count; the policy's, if not given.")
    var months: Int?

    func run() throws {
        let asOf = try asOf.map { text in
            guard let instant = database.zone.instant(text) else {
                throw ValidationError("--as-of takes 2026-07-01 or an RFC 3339 instant")
            }
            return instant
        }
        let door = try Door(database, command: "tiers")
        defer { door.close() }
        let run = try door.runTiers(NewTierRun(asOf: asOf, windowMonths: months))
        guard run["status"]?.string == "finished" else {
            let reason = run["reason"]?.string.map { ": \($0)" } ?? ""
            throw Failure(Failure.fault, "the run failed" + reason)
        }
        try Console.print("tier\tcustomers\tof all\tof the profit")
        for tier in Tier.allCases.map(\.rawValue) {
            guard let group = run["tiers"]?[tier] else { continue }
            let shares = ["headcountShare", "profitShare"].map {
                Self.percent(group[$0]?.double ?? 0)
            }
            let customers = group["customers"]?.integer ?? 0
            try Console.print(([tier, String(customers)] + shares).joined(separator: "\t"))
        }
    }

    private static func percent(_ share: Double) -> String {
        "\((share * 1000).rounded() / 10) %"
    }
}
