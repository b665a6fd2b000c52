# SPDX-License-Identifier: GPL-3.0-or-later
"""A camera of PipeWire that shows what a test holds before it: for test-camera.py. The servers are
private to the session."""

import ctypes
import os
import shutil
import subprocess
import sys

from till_e2e import Failed, wait

WIDTH, HEIGHT = 1280, 720
NAME = 'VirtualCamera'
# What writes into PipeWire's own buffers brings the provider down: hence drop-allocation.
PROVIDER = ('filesrc location={path} ! rawvideoparse format=gray8 width={width} height={height} '
            'framerate=30/1 ! imagefreeze is-live=true ! videoconvert ! '
            'video/x-raw,format=I420,framerate=30/1 ! identity drop-allocation=true ! '
            'pipewiresink mode=provide '
            'stream-properties="props,media.class=Video/Source,media.role=Camera,'
            'node.name=virtual-camera,node.description={name}"')


class QrCode(ctypes.Structure):
    _fields_ = [('version', ctypes.c_int), ('width', ctypes.c_int),
                ('modules', ctypes.POINTER(ctypes.c_ubyte))]


def modules_of(text):
    """The rows of a QR code: 1 is black."""
    library = ctypes.CDLL('libqrencode.so.4')
    library.QRcode_encodeString8bit.restype = ctypes.POINTER(QrCode)
    code = library.QRcode_encodeString8bit(text.encode(), 0, 1).contents
    return [[code.modules[y * code.width + x] & 1 for x in range(code.width)]
            for y in range(code.width)]


def picture_of(text):
    """A phone's white screen on a grey counter, with a code where there is a text."""
    picture = bytearray(b'\x60' * (WIDTH * HEIGHT))
    rows = modules_of(text) if text else []
    size = 10
    left, top = 430, 170
    for y in range(-40, 390):
        at = (top + y) * WIDTH + left - 40
        picture[at:at + 430] = b'\xe6' * 430
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            for line in range(size if dark else 0):
                at = (top + y * size + line) * WIDTH + left + x * size
                picture[at:at + size] = b'\x14' * size
    return bytes(picture)


class VirtualCamera:
    def __init__(self):
        self.folder = os.environ['XDG_RUNTIME_DIR']
        self.servers = []
        self.provider = None

    def start(self):
        for program, sign in (('pipewire', self.has_socket), ('wireplumber', self.has_keeper)):
            self.servers.append(subprocess.Popen([program], stdout=subprocess.DEVNULL,
                                                 stderr=subprocess.DEVNULL))
            wait(f'{program} to be ready', sign)

    def stop(self):
        self.pull_out()
        for server in reversed(self.servers):
            server.terminate()
            server.wait()

    def has_socket(self):
        return os.path.exists(os.path.join(self.folder, 'pipewire-0'))

    def ask(self, *words):
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout

    def has_keeper(self):
        return 'WirePlumber' in self.ask('pw-cli', 'ls', 'Client')

    def is_listed(self):
        return NAME in self.ask('pw-cli', 'ls', 'Node')

    def plug_in(self, text):
        """Shows @text as a code, or nothing where it is empty."""
        path = os.path.join(self.folder, 'camera.raw')
        with open(path, 'wb') as out:
            out.write(picture_of(text))
        words = PROVIDER.format(path=path, width=WIDTH, height=HEIGHT, name=NAME)
        self.provider = subprocess.Popen(f'exec gst-launch-1.0 -q {words}', shell=True,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait('the camera', self.is_listed)

    def pull_out(self):
        if not self.provider:
            return
        self.provider.kill()
        self.provider.wait()
        self.provider = None
        wait('the camera to be gone', lambda: not self.is_listed())

    def hold(self, text):
        """Another thing before the same camera."""
        self.pull_out()
        self.plug_in(text)

    def is_in_use(self):
        """Whether its light is on."""
        return 'virtual-camera' in self.ask('pw-link', '--links')


def start_or_skip():
    for program in ('pipewire', 'wireplumber', 'pw-cli', 'pw-link', 'gst-launch-1.0'):
        if not shutil.which(program):
            print(f'1..0 # SKIP no {program}')
            sys.exit(0)
    if subprocess.run(['gst-inspect-1.0', 'pipewiresrc'], stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL, check=False).returncode:
        print('1..0 # SKIP no PipeWire for GStreamer')
        sys.exit(0)
    camera = VirtualCamera()
    try:
        camera.start()
    except Failed as failed:
        camera.stop()
        print(f'1..0 # SKIP {failed}')
        sys.exit(0)
    return camera
