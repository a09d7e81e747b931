import HTTPAPI
import HTTPTestSupport
import Hummingbird
import HummingbirdTesting
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

struct FrontDoorTests {
    @Test func whoComesBeforeTheModelIsToldToComeBack() async throws {
        let settings = HTTPSettings(port: 0)
        let door = FrontDoor(settings: settings, logger: silentLogger)
        try await door.application().test(.live) { client in
            let api = APIClient(port: try #require(client.port))
            let early = try await api.chat(asking())
            #expect(early.status == 503)
            #expect(early.error("code") == "model_loading")
            #expect(early.headers["retry-after"] == "5")
            let anthropic = try await api.send("POST", "/v1/messages", body: Array(asking().utf8))
            #expect(anthropic.status == 503)
            #expect(try anthropic.json()["error"]?["type"] == "overloaded_error")
            #expect(try await api.get("/health").json() == ["status": "loading"])

            let swarm = Swarm(model: ScriptedModel(), sources: [unanimous("42")], heartbeat: never) { "call_1" }
            let server = HTTPServer(
                swarm: swarm,
                settings: settings,
                embed: { _ throws(SourceError) in throw .cancelled },
                engineStatus: { [:] },
                logger: silentLogger
            )
            let port = Observed<Int?>(nil)
            door.open(server) { opened in port.change { $0 = opened } }
            await port.wait { $0 != nil }
            #expect(port.value == client.port)
            #expect(try await api.chat(asking()).json().content == "42")
            #expect(try await api.get("/health").json()["status"] == "ok")
        }
    }
}
