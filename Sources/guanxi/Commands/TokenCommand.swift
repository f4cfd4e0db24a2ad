// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CustomerRelations
import JSON

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Makes, lists and revokes tokens.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token and prints it; it is shown this once."
        )

        @OptionGroup var database: DatabaseOptions
        @Option(help: "The name under which its changes are journalled.")
        var name: String
        @Option(help: "reader, agent, manager, steward or admin.")
        var role: Role
        @Option(help: "Narrows it to some scopes of its role, with commas between.")
        var scopes: String?
        @Option(help: "The person or system it belongs to; its name, if not given.")
        var owner: String?
        @Option(help: "The id of the person it belongs to.")
        var staff: Int64?
        @Option(help: "When it expires: a date, or an instant with offset.")
        var expires: String?

        func run() throws {
            let new = NewToken(
                name: name,
                role: role,
                scopes: scopes?.split(separator: ",").map(String.init),
                owner: owner ?? name,
                staffID: staff.map { ID(rawValue: $0) },
                expiresAt: try expires.map { text in
                    guard let instant = database.zone.instant(text) else {
                        throw ValidationError("--expires takes 2027-01-31 or an RFC 3339 instant")
                    }
                    return instant
                }
            )
            let door = try Door(database, command: "token")
            defer { door.close() }
            try Console.print(door.createToken(new))
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the tokens, without their secrets."
        )

        @OptionGroup var database: DatabaseOptions

        func run() throws {
            let tokens = try database.read { try TokenService.list(in: $0) }
            try Console.print("id\tname\trole\towner\tcreated\texpires\tlast used\trevoked")
            for token in tokens {
                let cells = [
                    String(token.id.rawValue), token.name, token.role.rawValue, token.owner,
                    token.createdAt.rfc3339, token.expiresAt?.rfc3339 ?? "-",
                    token.lastUsedAt?.rfc3339 ?? "-", token.revokedAt?.rfc3339 ?? "-",
                ]
                try Console.print(cells.joined(separator: "\t"))
            }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revokes a token; its next request is refused."
        )

        @OptionGroup var database: DatabaseOptions
        @Argument(help: "The token's id, as listed.")
        var id: Int64

        func run() throws {
            let door = try Door(database, command: "token")
            defer { door.close() }
            try door.revokeToken(ID(rawValue: id))
        }
    }
}

extension Role: ExpressibleByArgument {}
