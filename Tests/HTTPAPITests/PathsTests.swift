import HTTPTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

@testable import HTTPAPI

/// What there is to be asked, and whether everything that says so agrees.
@Suite(.timeLimit(.minutes(1)))
struct PathsTests {
    @Test(arguments: ["/openapi.json", "/v1/openapi.json"])
    func theDescriptionHasExactlyThePathsThereAre(path: String) async throws {
        try await serving(unanimous("42")) { api in
            let description = try await api.get(path).json()
            #expect(description["info"]?["version"] == "1.2.3")
            var described: [String: Set<String>] = [:]
            for (path, item) in try #require(description["paths"]?.objectValue).members {
                let parts = path.split(separator: "/").drop { $0 == "v1" }.map { $0 == "{id}" ? "*" : $0 }
                described[parts.joined(separator: "/")] = Set(
                    (item.objectValue?.keys ?? []).filter { $0 != "parameters" }.map { $0.uppercased() }
                )
            }
            #expect(described == Paths.methods.mapValues { Set($0) })
        }
    }

    @Test(arguments: ["", "/v1"], ["", "/"])
    func everyPathTakesItsMethodsAndNamesThemForOthers(prefix: String, end: String) async throws {
        try await serving(unanimous("42")) { api in
            for (path, allowed) in Paths.methods {
                let response = try await api.post("/v1/responses", ["input": "6 * 7?"]).json()
                let id = path == "models/*" ? "scripted" : response["id"]?.stringValue ?? ""
                let target = prefix + "/" + path.split(separator: "*").joined() + (path.last == "*" ? id : "") + end
                for method in ["GET", "POST", "DELETE", "PUT", "PATCH"] {
                    let reply = try await api.send(method, target)
                    if allowed.contains(method) {
                        // A body was missing.
                        #expect(reply.status == (method == "POST" ? 400 : 200), "\(method) \(target)")
                    } else {
                        #expect(reply.status == 405, "\(method) \(target)")
                        #expect(reply.headers["allow"] == allowed.joined(separator: ", "), "\(method) \(target)")
                    }
                }
            }
        }
    }

    @Test(arguments: ["org/model", "org/sub/model:q8_0", "a model", "über", "100%", "a?b"])
    func aModelIsFoundByAnyName(name: String) async throws {
        var model = ScriptedModel()
        model.card.id = ModelID(rawValue: name)
        let escaped = name.utf8.map { byte in
            let isPlain = byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || byte == UInt8(ascii: "/"))
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        let slashless = escaped.split(separator: "/").joined(separator: "%2F")
        try await serving(unanimous("42"), model: model) { api in
            for path in ["/v1/models/\(escaped)", "/models/\(escaped)/", "/v1/models/\(slashless)"] {
                let reply = try await api.get(path)
                #expect(reply.status == 200, "\(path)")
                #expect(try reply.json()["id"] == .string(name), "\(path)")
            }
            let other = try await api.get("/v1/models/\(escaped)x")
            #expect(other.status == 404)
            #expect(other.error("code") == "model_not_found")
        }
    }

    @Test(arguments: ["/opencode.json", "/v1/opencode.json"])
    func theConfigurationLeadsBackToWhereItCameFrom(path: String) async throws {
        try await serving(unanimous("42")) { api in
            for host in [api.host, "192.168.1.2:80", "[::1]:17615"] {
                let json = try await api.get(path, headers: host == api.host ? [:] : ["host": host]).json()
                let options = json["provider"]?["local-swarm"]?["options"]
                #expect(options?["baseURL"] == .string("http://\(host)/v1"))
                #expect(options?["apiKey"] == "none")
            }
        }
    }

    @Test func theConfigurationTakesTheKeyFromTheEnvironment() async throws {
        try await serving(unanimous("42"), access: AccessPolicy(keys: ["secret"])) { api in
            let reply = try await api.get("/opencode.json", headers: ["x-api-key": "secret"])
            let options = try reply.json()["provider"]?["local-swarm"]?["options"]
            #expect(options?["apiKey"] == "{env:LOCAL_SWARM_HTTP_API_KEY}")
            #expect(!reply.text.contains("secret"))
        }
    }
}
