"""Signs videos with Content Credentials, and reads what a validator says about them.

The certificate and its key are c2pa-python's own, made for tests.
"""

from pathlib import Path
from typing import Any

import c2pa
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DATA = Path(__file__).parents[1] / "media" / "data" / "c2pa"
_MANIFEST = {
    "claim_generator_info": [{"name": "a test", "version": "1"}],
    "assertions": [
        {
            "label": "c2pa.actions",
            "data": {
                "actions": [
                    {
                        "action": "c2pa.created",
                        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
                    }
                ]
            },
        }
    ],
}


def sign(video: Path, to: Path) -> Path:
    """Copy an MP4, with Content Credentials."""
    key = serialization.load_pem_private_key((DATA / "es256_private.key").read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    certificates = (DATA / "es256_certs.pem").read_text()
    signer = c2pa.Signer.from_callback(
        lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())), c2pa.C2paSigningAlg.ES256, certificates, None
    )
    with signer, c2pa.Builder(_MANIFEST) as builder:
        builder.sign_file(str(video), str(to), signer)
    return to


def verdict(video: Path) -> dict[str, Any]:
    """What a validator says: the state, the active manifest and each single result."""
    with c2pa.Reader(str(video)) as reader:
        return {
            "state": reader.get_validation_state(),
            "manifest": reader.get_active_manifest(),
            "results": reader.get_validation_results(),
        }
