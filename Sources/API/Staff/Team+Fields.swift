// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Team: Versioned {}

extension TeamDetails {
    package static let fields: Fields<TeamDetails> = Fields(
        "NewTeam",
        TeamDetails.init,
        readOnly: ["id", "version", "createdAt", "updatedAt"],
        Field("name", \.name, .string(maxLength: 200), "Unique.")
    )
}

extension Team {
    package static let fields: Representation<Team> = Representation(
        "Team",
        [Member("id", \.id, .id())]
            + TeamDetails.fields.representation.lifted(\.details) + [
                Member("version", \.version, .integer(1...Int.max)),
                Member("createdAt", \.createdAt, .instant),
                Member("updatedAt", \.updatedAt, .instant),
            ]
    )
}
