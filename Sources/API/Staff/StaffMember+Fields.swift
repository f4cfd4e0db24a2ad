// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension StaffMember: Versioned {}

extension StaffDetails {
    package static let fields: Fields<StaffDetails> = Fields(
        "NewStaffMember",
        StaffDetails.init,
        readOnly: [
            "id", "presence", "presenceExpiresAt", "version", "createdAt", "updatedAt",
            "archivedAt",
        ],
        Field("name", \.name, .string(maxLength: 200)),
        Field(optional: "teamId", \.teamID, .id(), "The team it works in."),
        Field(optional: "leaderId", \.leaderID, .id(), "Who leads it."),
        Field(
            "skills",
            \.skills,
            .array(of: .object(StaffSkill.fields), maxItems: 50),
            default: [],
            "What it is good at."
        ),
        Field(
            "languages",
            \.languages,
            .array(of: .language, maxItems: 20),
            default: [],
            "What it speaks, by code: zh, en."
        ),
        Field(
            optional: "timeZone",
            \.timeZone,
            .timeZone,
            "In which it works; the service's, if not given."
        ),
        Field(
            "workingHours",
            \.workingHours,
            .array(of: .object(WorkingInterval.fields), maxItems: 50),
            default: [],
            "Stretches that do not overlap, several a day if need be."
        )
    )
}

extension StaffSkill {
    static let fields: Fields<StaffSkill> = Fields(
        "StaffSkill",
        StaffSkill.init,
        Field("name", \.name, .string(maxLength: 50), "A cause of complaints counts as a skill."),
        Field("level", \.level, .integer(levels), "5 is best.")
    )
}

extension WorkingInterval {
    static let fields: Fields<WorkingInterval> = Fields(
        "WorkingInterval",
        WorkingInterval.init,
        Field("weekday", \.weekday, .enumeration()),
        Field("from", \.from, .timeOfDay),
        Field("until", \.until, .timeOfDay, "At most 24:00; a night shift has two stretches.")
    )
}

extension StaffMember {
    package static let fields: Representation<StaffMember> = Representation(
        "StaffMember",
        [Member("id", \.id, .id())]
            + StaffDetails.fields.representation.lifted(\.details) + [
                Member("presence", \.presence.presence, .enumeration(), "As of the reading."),
                Member("presenceExpiresAt", \.presence.expiresAt, .instant),
                Member("version", \.version, .integer(1...Int.max)),
                Member("createdAt", \.createdAt, .instant),
                Member("updatedAt", \.updatedAt, .instant),
                Member("archivedAt", \.archivedAt, .instant, "When it left."),
            ]
    )
}

extension NewPresence {
    static let fields: Fields<NewPresence> = Fields(
        "NewPresence",
        NewPresence.init,
        Field("presence", \.presence, .enumeration()),
        Field(
            optional: "expiresAt",
            \.expiresAt,
            .instant,
            "When it reads as `off` again; in 8 hours if not given, in 7 days at most."
        )
    )
}

extension StaffPresence {
    static let fields: Representation<StaffPresence> = Representation(
        "Presence",
        [
            Member("presence", \.presence, .enumeration()),
            Member("expiresAt", \.expiresAt, .instant),
        ]
    )
}

extension StaffFilter {
    static let fields: Fields<StaffFilter> = Fields(
        nil,
        StaffFilter.init,
        Field(optional: "teamId", \.teamID, .id()),
        Field(optional: "leaderId", \.leaderID, .id()),
        Field(optional: "skill", \.skill, .string(maxLength: 50)),
        Field(optional: "language", \.language, .language),
        Field(optional: "presence", \.presence, .enumeration())
    )
}
